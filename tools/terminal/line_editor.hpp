// The line that a person is typing: libedit does the editing and walks the history, one key at a
// time, and never reads or writes itself. It is given whole keys (TerminalKeys), so that it never
// waits for the rest of one. What it would draw goes nowhere, since it knows of no combining
// characters and of nobody else who writes on the screen: TerminalPrompt draws.
//
// The terminal is in libedit's editing mode as long as the editor lives, but while it is
// suspended; both ends restore it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <histedit.h>

namespace hark {

class LineEditor {
   public:
    static constexpr int HISTORY_LINES = 1000;
    // Longer lines take no further characters.
    static constexpr std::size_t MAX_LINE = 16 * 1024;

    enum class Outcome : std::uint8_t {
        edited,     // or nothing has changed
        submitted,  // Enter: submitted() is the line, and the next is empty
        end,        // Ctrl-D on an empty line
        redraw,     // Ctrl-L
        full,       // the line takes no more, and the key was left out
    };

    // Throws std::runtime_error when there is no terminal on standard input and output.
    LineEditor();
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    [[nodiscard]] Outcome press(const std::wstring& key);

    [[nodiscard]] std::wstring_view line() const noexcept;
    [[nodiscard]] std::size_t cursor() const noexcept;
    [[nodiscard]] const std::wstring& submitted() const noexcept { return submitted_; }

    // Empties the line.
    void clear();

    // Adds a line to the history that the arrow keys walk; not one that equals the last, nor one
    // that is too long to be walked to.
    void remember(const std::wstring& line);

    // Gives the terminal back as it was, and takes it again, as it then is. Only in the foreground:
    // in the background it is somebody else's, and whoever touches it is stopped.
    void suspend() noexcept;
    void resume() noexcept;

   private:
    struct CloseFile {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    struct EndEditor {
        void operator()(EditLine* editor) const noexcept { ::el_end(editor); }
    };
    struct EndHistory {
        void operator()(HistoryW* history) const noexcept { ::history_wend(history); }
    };

    static LineEditor& self(EditLine* editor) noexcept;
    static int read_character(EditLine* editor, wchar_t* character) noexcept;
    static unsigned char submit(EditLine* editor, wint_t key) noexcept;
    static unsigned char reset(EditLine* editor, wint_t key) noexcept;
    static unsigned char end_or_delete(EditLine* editor, wint_t key) noexcept;
    static unsigned char delete_next(EditLine* editor, wint_t key) noexcept;
    static unsigned char move_left(EditLine* editor, wint_t key) noexcept;
    static unsigned char move_right(EditLine* editor, wint_t key) noexcept;
    static unsigned char ask_redraw(EditLine* editor, wint_t key) noexcept;
    void bind_keys();

    std::unique_ptr<std::FILE, CloseFile> nowhere_;
    std::unique_ptr<HistoryW, EndHistory> history_;
    std::unique_ptr<EditLine, EndEditor> editor_;
    std::wstring key_;  // not read yet
    std::wstring submitted_;
    Outcome outcome_ = Outcome::edited;
};

}  // namespace hark
