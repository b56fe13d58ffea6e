// A conversation whose ends are not both terminals: sends the input's lines and prints the server's
// as they arrive, and nothing else: no prompt, no colour, no control bytes. When the input ends,
// everything sent must be acknowledged.
//
// If one end is a terminal, it uses the locale's charset. Otherwise input is passed on as bytes,
// which the daemon decodes better than a guess would, and output is UTF-8.
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
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class TalkPipe final : private TalkFront {
   public:
    // `loop`, `options` and `end` must outlive it. Throws SystemError.
    TalkPipe(EventLoop& loop, const TalkOptions& options, TalkEnd& end);

    // Starts; stops the loop when over. Throws SystemError.
    void start();

   private:
    // Longer input lines are sent in several pieces.
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
    DeferredTask file_task_;  // replaces the watch for a regular file, which is always readable
    bool is_file_ = false;
    bool input_is_terminal_;
    bool output_is_terminal_;
    bool input_ended_ = false;
    bool input_failed_ = false;
    bool refused_line_ = false;  // a line could not be sent
    std::uint64_t line_number_ = 0;
    ByteQueue input_;  // read, but not sent yet
    std::array<char, 16 * 1024> buffer_;
};

}  // namespace hark
