// The conversation of `hark send`: sends messages while the window, the connection and the
// listener (pacing.hpp) have room, receives replies, and says `bye` once all input is acknowledged.
//
// Three things are buffered, each bounded and each waiting for the next: input read, messages not
// yet acknowledged, replies not yet printed. So memory stays constant, however long the input and
// however slow the daemon or the reader of our output.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/event_loop.hpp"
#include "common/protocol/reply.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/peer/acknowledgements.hpp"
#include "tools/peer/server_connection.hpp"
#include "tools/peer/server_text.hpp"
#include "tools/send/input_lines.hpp"
#include "tools/send/pacing.hpp"
#include "tools/send/send_options.hpp"
#include "tools/terminal/progress_bar.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class Sender final : private ServerListener {
   public:
    // `options` must outlive it. Throws SystemError.
    Sender(EventLoop& loop, const SendOptions& options);
    ~Sender() override = default;

    // Sends all input. Returns the exit status. Throws SystemError.
    [[nodiscard]] int run();
    // Only starts: the loop stops once it is over. Throws SystemError.
    void start();
    [[nodiscard]] bool over() const noexcept { return finished_ && output_.empty(); }
    // Requires: over.
    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    // How long to wait for the end of the conversation, which no longer changes the result.
    static constexpr Duration FAREWELL = std::chrono::seconds{1};
    // How many lines that are not replies to show on standard error.
    static constexpr unsigned MOST_STRANGE_LINES = 3;
    // How much is shown of an answer that is no reply.
    static constexpr std::size_t MOST_STRANGE_BYTES = 40;

    void on_connected(const SocketAddress& server) noexcept override;
    void on_bytes(std::string_view bytes) noexcept override;
    void on_line(const LinePiece& piece) noexcept override;
    void on_room() noexcept override { pump(); }
    void on_disconnected(Disconnect reason, const std::string& why) noexcept override;

    // Sends as much input as there is room for.
    void pump() noexcept;
    void send_line(const InputLine& line);
    void send_first_line(const InputLine& line);
    void refuse_line(const InputLine& line);
    void say_that_it_is_slow();
    // Everything is acknowledged: ends the conversation as far as we know how.
    void leave();

    // `ours`: which of our messages the reply is about.
    void take_reply(const reply::Reply& reply, NumberRange ours);
    void take_byte(char byte);
    void take_not_stored(NumberRange ours, const std::string& reason);
    void take_farewell(const reply::Reply& reply);
    void go_on(const std::vector<NumberRange>& lines);
    void show(const LinePiece& piece, reply::Kind kind, bool shows_chunks);
    void show_byte(char byte, std::uint64_t message);
    void print(const std::string& text);
    void on_output() noexcept;
    Progress progress() noexcept;

    void on_signal(int signal) noexcept;
    void on_farewell_over() noexcept { finish(status_, {}); }
    void on_timeout() noexcept;
    // Restarts the timeout if a reply is pending.
    void arm_timeout() noexcept;

    // Ends the conversation: unless `why` is empty, reports it, what stayed unacknowledged, and
    // unless it is empty `hint`. The loop stops once the output is written.
    void finish(int status, const std::string& why, const std::string& hint = {}) noexcept;
    [[nodiscard]] std::string left_over();
    [[nodiscard]] bool has_unsent_input();
    // What may be the reason why the server does not acknowledge; empty if we cannot tell.
    [[nodiscard]] std::string why_silent() const;
    [[nodiscard]] std::string printable_reason(const reply::Reply& reply);
    void report_split();
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
    DeferredTask pump_task_;
    Timer timeout_;
    Timer farewell_;
    ServerText server_text_;
    Acknowledgements acknowledgements_;
    Pacing pacing_;
    std::string wire_;
    std::string parked_;           // the first message, which waits for the answer to an empty line
    std::string first_heard_;      // the beginning of what the server says, while that is no reply
    std::uint64_t last_line_ = 0;  // number of the last line taken from the input
    std::uint64_t taken_ = 0;      // bytes the kernel had taken when the timeout started
    unsigned strange_lines_ = 0;
    bool output_failed_ = false;
    bool input_ended_ = false;
    bool heard_ = false;      // the server has said something
    bool replies_ = false;    // it has given a reply of harkd's
    bool said_slow_ = false;  // that messages are sent one at a time
    bool leaving_ = false;
    bool said_bye_ = false;
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
