// The line being edited: libedit edits it and walks the history, one key at a time, but never reads
// or writes itself. It gets complete keys (TerminalKeys), so it never waits for the rest of one.
// Its own drawing is discarded, since it supports neither combining characters nor other output on
// the screen: TerminalPrompt draws.
//
// The terminal is in libedit's editing mode as long as the editor exists, except while suspended;
// suspend() and the destructor restore it.
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
    // A line of this length takes no more characters.
    static constexpr std::size_t MAX_LINE = 16 * 1024;

    enum class Outcome : std::uint8_t {
        edited,     // or unchanged
        submitted,  // Enter: submitted() is the line; the next one is empty
        end,        // Ctrl-D on an empty line
        redraw,     // Ctrl-L
        full,       // the line is at its limit; the key was ignored
    };

    // Throws std::runtime_error if standard input or output is not a terminal.
    LineEditor();
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    [[nodiscard]] Outcome press(const std::wstring& key);

    [[nodiscard]] std::wstring_view line() const noexcept;
    [[nodiscard]] std::size_t cursor() const noexcept;
    [[nodiscard]] const std::wstring& submitted() const noexcept { return submitted_; }

    // Clears the line.
    void clear();

    // Adds a line to the history that the arrow keys walk, unless it equals the last one or is too
    // long to be recalled.
    void remember(const std::wstring& line);

    // suspend() restores the terminal; resume() takes it over again in its current state. Only in
    // the foreground: in the background it belongs to another job, and touching it stops the
    // process.
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
    std::wstring key_;  // not read by libedit yet
    std::wstring submitted_;
    Outcome outcome_ = Outcome::edited;
};

}  // namespace hark
