// A conversation where standard input or output is no terminal: the input's lines are sent, the
// server's are printed as they come, and nothing else: no prompt, no colour, no control byte. At
// the end of the input what was sent must be acknowledged.
//
// An end that is a terminal all the same speaks the locale's charset. One that is not is bytes on
// the way in, which the daemon reads better than a guess, and UTF-8 on the way out.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/io/output_stream.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/talk/talk_session.hpp"
#include "tools/talk/talk_text.hpp"

#include <array>
#include <string>
#include <string_view>

namespace hark {

class TalkPipe final : private TalkFront {
   public:
    // All must outlive it. Throws SystemError.
    TalkPipe(EventLoop& loop, const TalkOptions& options, TalkEnd& end);

    // Begins; the loop is stopped at the end. Throws SystemError.
    void start();

   private:
    // A longer line of the input is sent as several.
    static constexpr std::size_t LONGEST_LINE = 256 * 1024;

    void on_server_line(const LinePiece& piece) noexcept override;
    void on_notice(const std::string& text) noexcept override;
    void on_end() noexcept override;
    void on_can_send() noexcept override;

    void on_input(std::uint32_t events) noexcept;
    void on_file() noexcept;
    void on_signal(int signal) noexcept;
    void on_output_room() noexcept;
    void on_output_error() noexcept;

    void read_some();
    void send_lines();
    void send_line(std::string_view line);
    void listen_to_input() noexcept;
    void print(std::string_view text);

    EventLoop& loop_;
    const TalkOptions& options_;
    TalkEnd& end_;
    LocaleCharset charset_;
    TalkText text_;
    EndingSignals signals_;
    OutputStream output_;
    TalkSession session_;
    FdWatch input_watch_;
    DeferredTask file_task_;  // instead of the watch: a file is always readable
    bool is_file_ = false;
    bool input_is_terminal_;
    bool output_is_terminal_;
    bool input_ended_ = false;
    bool input_failed_ = false;
    ByteQueue input_;  // not sent yet
    std::array<char, 16 * 1024> buffer_;
};

}  // namespace hark
