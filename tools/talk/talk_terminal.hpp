// A conversation at a terminal. The line being edited is always last on the screen; everything else
// (the server's lines, lines sent, our own messages) is inserted above it, once per round: erase
// the prompt, write the lines, redraw the prompt, all in one write.
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
    // `loop`, `options` and `end` must outlive it. Takes over the terminal, and restores it when
    // destroyed. Throws std::runtime_error.
    TalkTerminal(EventLoop& loop, const TalkOptions& options, TalkEnd& end);

    // Starts; stops the loop when over. Throws SystemError.
    void start();

   private:
    // How long to wait for pending output when it ends or is suspended.
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
    // False if it is not a local command.
    [[nodiscard]] bool run_local_command(std::string_view line);
    void show_help();
    void interrupt();
    void take_size() noexcept;
    void suspend();
    void resume();

    // Inserts a line above the prompt. `text`: UTF-8, safe to show; `colour`: a sequence that
    // selects one.
    void put_line(std::string_view text, std::string_view colour);
    void redraw_soon() noexcept { draw_task_.schedule(); }
    void draw() noexcept;

    EventLoop& loop_;
    const TalkOptions& options_;
    bool in_colour_;
    bool said_full_ = false;  // the user was told that the line is full
    LocaleCharset charset_;
    TalkText text_;
    LineHistory history_;
    LineEditor editor_;
    TerminalKeys keys_;
    TerminalPrompt prompt_;
    std::string above_;  // lines to insert above the prompt, UTF-8
    SignalWatch signals_;
    OutputStream output_;
    TalkSession session_;
    FdWatch input_watch_;
    DeferredTask draw_task_;
};

}  // namespace hark
