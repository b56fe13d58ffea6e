// The conversation of `hark send`: sends messages while the window and the connection have room,
// receives replies, and says `bye` once all input is acknowledged.
//
// Three things are buffered, each bounded and each waiting for the next: input read, messages not
// yet acknowledged, replies not yet printed. So memory stays constant, however long the input and
// however slow the daemon or the reader of our output.
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

    // Sends all input. Returns the exit status.
    int run();

   private:
    // How long to wait for the reply to `bye`, which no longer changes the result.
    static constexpr Duration FAREWELL = std::chrono::seconds{1};
    // How many lines that are not replies to show on standard error.
    static constexpr unsigned MOST_STRANGE_LINES = 3;

    void on_connected(const SocketAddress& server) noexcept override;
    void on_line(const LinePiece& piece) noexcept override;
    void on_room() noexcept override { pump(); }
    void on_disconnected(Disconnect reason, const std::string& why) noexcept override;

    // Sends as much input as there is room for.
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
    // Restarts the timeout if a reply is pending.
    void arm_timeout() noexcept;

    // Ends the conversation: unless `why` is empty, reports it and what stayed unacknowledged. The
    // loop stops once the output is written.
    void finish(int status, const std::string& why) noexcept;
    [[nodiscard]] std::string left_over();
    void print_error_above_bar(const std::string& text);
    [[nodiscard]] bool from_command_line() const noexcept { return !options_.texts.empty(); }

    EventLoop& loop_;
    const SendOptions& options_;
    const std::string server_;  // its name, for people
    const bool terminal_;       // whether standard output is one
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
    std::uint64_t last_line_ = 0;  // number of the last line taken from the input
    std::uint64_t taken_ = 0;      // bytes the kernel had taken when the timeout started
    unsigned strange_lines_ = 0;
    bool output_failed_ = false;
    bool input_ended_ = false;
    bool said_bye_ = false;
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
