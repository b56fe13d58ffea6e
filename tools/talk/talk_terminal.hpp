// A conversation at a terminal. What is being typed is always the last thing on the screen; all
// else (what the server says, what was sent, what we say ourselves) is put above it, once a round:
// the prompt is taken away, the lines are written, the prompt is drawn again, in one write.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/signal_watch.hpp"
#include "tools/talk/talk_session.hpp"
#include "tools/talk/talk_text.hpp"
#include "tools/terminal/keys.hpp"
#include "tools/terminal/line_editor.hpp"
#include "tools/terminal/line_editor_history.hpp"
#include "tools/terminal/prompt.hpp"

#include <string>
#include <string_view>

namespace hark {

class TalkTerminal final : private TalkFront {
   public:
    // All must outlive it. Takes the terminal, and gives it back on its end. Throws
    // std::runtime_error.
    TalkTerminal(EventLoop& loop, const TalkOptions& options, TalkEnd& end);

    // Begins; the loop is stopped at the end. Throws SystemError.
    void start();

   private:
    // What is still to be written when it ends or stops may take so long.
    static constexpr Duration LAST_WORDS = std::chrono::milliseconds{500};

    void on_server_line(const LinePiece& piece) noexcept override;
    void on_notice(const std::string& text) noexcept override;
    void on_end() noexcept override;
    void on_can_send() noexcept override;

    void on_input(std::uint32_t events) noexcept;
    void on_signal(int signal) noexcept;
    void on_output_room() noexcept;
    void on_output_error() noexcept;

    void take_keys();
    void press(const std::wstring& key);
    void submit(const std::wstring& line);
    // False when it is none of ours.
    [[nodiscard]] bool run_local_command(std::string_view line);
    void show_help();
    void interrupt();
    void take_size() noexcept;
    void suspend();
    void resume();

    // Puts a line above the prompt. `text` is UTF-8 and fit to be shown; `colour` switches to one.
    void put_line(std::string_view text, std::string_view colour);
    void redraw_soon() noexcept { draw_task_.schedule(); }
    void draw() noexcept;

    EventLoop& loop_;
    const TalkOptions& options_;
    bool in_colour_;
    bool said_full_ = false;  // of this line
    LocaleCharset charset_;
    TalkText text_;
    LineHistory history_;
    LineEditor editor_;
    TerminalKeys keys_;
    TerminalPrompt prompt_;
    std::string above_;  // lines to be put above the prompt, UTF-8
    SignalWatch signals_;
    OutputStream output_;
    TalkSession session_;
    FdWatch input_watch_;
    DeferredTask draw_task_;
};

}  // namespace hark
