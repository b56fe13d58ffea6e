// Runs `hark tail` and `hark wait`: one call whose replies are an endless stream of records. If the
// daemon goes away, it is called again until it is back. Each connection is a new stream, so no
// record is shown twice; records stored in between are not shown, which is reported.
//
// `hark wait` may then have missed what it waits for, so it ends. Nothing was missed if the daemon,
// by its own count, has recorded no message in between.
//
// A slow reader of standard output blocks nothing: replies stay with the daemon, which drops
// records and reports how many.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/loop/timer.hpp"
#include "common/record/log_record.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/control/control_connection.hpp"
#include "tools/log/record_writer.hpp"
#include "tools/log/tail_options.hpp"
#include "tools/peer/reconnect_delay.hpp"
#include "tools/records/literal_search.hpp"
#include "tools/records/log_filter.hpp"
#include "tools/records/message_joiner.hpp"

#include <optional>
#include <string>

namespace hark {

class TailViewer final : private ControlListener {
   public:
    // Both must outlive it. Throws UsageError and SystemError.
    TailViewer(EventLoop& loop, const TailOptions& options);

    // Returns the exit status.
    [[nodiscard]] int run();
    // Only starts: the loop stops once it is over.
    void start();
    [[nodiscard]] bool over() const noexcept { return finished_ && output_.empty(); }
    // Requires: over.
    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    // tail_following.cpp
    void follow() noexcept;
    [[nodiscard]] varlink::Call call() const;
    void on_connected() noexcept override;
    // The connection has lasted, or delivered something.
    void on_settled() noexcept;
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    // For `hark wait`: how much the daemon has recorded so far, by its own count.
    void take_count(const varlink::Reply& reply);

    void on_signal(int signal) noexcept;
    void on_output() noexcept;
    void on_timeout() noexcept;
    // False if it is not a valid record.
    [[nodiscard]] bool take_record(const varlink::Json& record);
    void show(const LogRecord& record);
    void show_ended();
    [[nodiscard]] bool matches(const LogRecord& record);
    [[nodiscard]] bool is_match(const LogRecord& record);
    void show_dropped(std::uint64_t count);
    void report_given_up();
    void fail_to_wait(const char* reason) noexcept;
    void fail_over_gap() noexcept;
    void finish(int status) noexcept;

    EventLoop& loop_;
    const TailOptions& options_;
    LogSelection selection_;  // what the daemon does not select
    LogFilter filter_;
    std::optional<LiteralSearch> text_;
    RecordWriter writer_;
    MessageJoiner joiner_;
    LogRecord record_;
    EndingSignals signals_;
    OutputStream output_;
    ControlConnection connection_;
    Timer retry_;
    ReconnectDelay delay_{{.shortest = std::chrono::milliseconds{100},
                           .longest = std::chrono::seconds{5},
                           .good = std::chrono::seconds{5}}};
    Timer settled_;
    std::optional<TimePoint> connected_at_;  // of the current or last connection
    bool followed_ = false;                  // has been connected before
    bool reported_lost_ = false;             // the loss has been reported
    Timer timeout_;
    bool counting_ = false;       // the reply to come is the daemon's count
    bool again_ = false;          // that count is not the first
    std::string run_;             // of the daemon, at its count
    std::uint64_t recorded_ = 0;  // messages that the daemon must have recorded, if none was missed
    std::uint64_t given_up_ = 0;  // that were reported
    std::uint64_t shown_ = 0;
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
