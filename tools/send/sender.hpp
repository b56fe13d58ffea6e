// The conversation of `hark send`: messages go out as long as the window and the connection have
// room, answers come in, and when all input is answered it says `bye`.
//
// Three things are on their way, each bounded, and each waits for the next: input that was read,
// messages that are not acknowledged, replies that are not printed. So memory stays the same
// however long the input is and however slow the daemon or the reader of our output.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/loop/event_loop.hpp"
#include "common/protocol/reply.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/peer/acknowledgements.hpp"
#include "tools/peer/server_connection.hpp"
#include "tools/peer/server_text.hpp"
#include "tools/send/input_lines.hpp"
#include "tools/send/send_options.hpp"
#include "tools/terminal/progress_bar.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hark {

class Sender final : private ServerListener {
   public:
    // `options` must outlive it. Throws SystemError.
    Sender(EventLoop& loop, const SendOptions& options);
    ~Sender() override = default;

    // Sends all there is. Returns the exit status.
    int run();

   private:
    // The daemon has this long to answer `bye`, which changes nothing any more.
    static constexpr Duration FAREWELL = std::chrono::seconds{1};
    // What is no reply is shown so often on standard error.
    static constexpr unsigned MOST_STRANGE_LINES = 3;

    void on_connected(const SocketAddress& server) noexcept override;
    void on_line(const LinePiece& piece) noexcept override;
    void on_room() noexcept override { pump(); }
    void on_disconnected(Disconnect reason, const std::string& why) noexcept override;

    // Sends what there is and what there is room for.
    void pump() noexcept;
    void send_line(const InputLine& line);
    void refuse_line(const InputLine& line);
    void say_bye();

    void take_reply(const reply::Reply& reply);
    void take_not_stored(const reply::Reply& reply);
    void show(const LinePiece& piece, reply::Kind kind);
    void on_output() noexcept;
    Progress progress() noexcept;

    void on_signal(int signal) noexcept;
    void on_farewell_over() noexcept { finish(status_, {}); }
    void on_timeout() noexcept;
    // Begins the time-out anew where something is waited for.
    void arm_timeout() noexcept;

    // The end: says `why`, and what stayed unacknowledged, unless it is empty. The loop stops once
    // the output is written.
    void finish(int status, const std::string& why) noexcept;
    [[nodiscard]] std::string left_over();
    void print_error_above_bar(const std::string& text);
    [[nodiscard]] bool from_command_line() const noexcept { return !options_.texts.empty(); }

    EventLoop& loop_;
    const SendOptions& options_;
    const std::string server_;  // its name, for people
    const bool terminal_;       // standard output is one
    const bool prints_replies_;
    LocaleCharset charset_;
    ServerConnection connection_;
    std::unique_ptr<InputLines> input_;
    OutputStream output_;
    ProgressBar bar_;
    std::optional<EndingSignals> signals_;  // while it runs
    Timer timeout_;
    Timer farewell_;
    ServerText server_text_;
    Acknowledgements acknowledgements_;
    std::string wire_;
    std::uint64_t last_line_ = 0;  // that was taken from the input
    std::uint64_t taken_ = 0;      // by the kernel, when the time-out began
    unsigned strange_lines_ = 0;
    bool output_failed_ = false;
    bool input_ended_ = false;
    bool said_bye_ = false;
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
