// A load on a daemon, from the first connection to the last `bye`:
//
//   looking_up -> connecting -> asking -> sending -> draining -> asking_again -> leaving -> over
//
// The daemon's own figures are asked for before and after. In a closed loop a connection sends when
// it is answered, so that its messages in flight are bounded, and the times at which they were sent
// are a ring. In an open loop (a rate) it sends by the schedule, which says when each message was
// due; then nothing at all is kept of a message. Nothing is allocated for one in either.
//
// Connections are made a batch at a time, each waiting for its greeting: the daemon's backlog is
// short, and what does not fit in would be tried again by the kernel after a second.
#pragma once

#include "common/loop/deferred_task.hpp"
#include "common/loop/event_loop.hpp"
#include "common/net/resolver.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/load_connection.hpp"
#include "tools/bench/load_result.hpp"
#include "tools/bench/precise_timer.hpp"
#include "tools/bench/schedule.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/peer/server_text.hpp"
#include "tools/terminal/progress_bar.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace hark {

class Load final : private LoadListener {
   public:
    // All must outlive it. Throws SystemError.
    Load(EventLoop& loop, const Clock& clock, const BenchOptions& options);
    ~Load() override = default;

    // To the end, which is said on standard error where it is not a good one.
    const LoadResult& run();

   private:
    enum class Phase : std::uint8_t {
        looking_up,
        connecting,
        asking,
        sending,
        draining,
        asking_again,
        leaving,
        over
    };

    static constexpr std::size_t CONNECTING_AT_A_TIME = 64;
    static constexpr std::size_t INPUT_SIZE = 64 * 1024;
    // What an interrupted load still waits for answers, and every one for its last connections.
    static constexpr Duration FAREWELL = std::chrono::seconds{1};

    void on_open(LoadConnection& connection, bool greeted) noexcept override;
    void on_answer(LoadConnection& connection, std::uint64_t first, std::uint64_t last,
                   std::uint64_t skipped, const reply::Reply& reply) noexcept override;
    void on_room(LoadConnection& connection) noexcept override { pump(connection); }
    void on_end(LoadConnection& connection, LoadEnd end, int error,
                std::string_view reason) noexcept override;

    // Goes on to the next phase, once what this one waits for is there.
    void advance() noexcept;
    void make_connections();
    void connect_next() noexcept;
    void on_settled() noexcept { advance_task_.schedule(); }

    // Sending.
    void begin() noexcept;
    void on_warmup_over() noexcept;
    void on_due() noexcept;
    void on_time_over() noexcept;
    void pump(LoadConnection& connection) noexcept;
    [[nodiscard]] std::uint64_t allowance(const LoadConnection& connection,
                                          TimePoint now) const noexcept;
    void send(LoadConnection& connection, std::uint64_t count, TimePoint now) noexcept;
    [[nodiscard]] bool all_is_sent() const noexcept;
    [[nodiscard]] TimePoint& sent_at(const LoadConnection& connection,
                                     std::uint64_t message) noexcept;
    // When latency begins to count.
    [[nodiscard]] TimePoint began_at(const LoadConnection& connection,
                                     std::uint64_t message) noexcept;

    // The end.
    void drain() noexcept;
    void end_schedule() noexcept;
    void leave() noexcept;
    void note_figures() noexcept;
    void on_patience_over() noexcept;
    void on_timeout() noexcept;
    void on_signal(int signal) noexcept;
    void finish() noexcept;
    void note_unreachable(int error) noexcept;
    // The worse of two statuses stays; a few reasons are kept, each once.
    void note_trouble(int status, const std::string& what);
    Progress progress() noexcept;

    EventLoop& loop_;
    const Clock& clock_;
    const BenchOptions& options_;
    const std::string server_;  // its name, for people
    const std::uint64_t window_;
    NameLookup lookup_;
    ServerUsage usage_;
    DeferredTask advance_task_;
    PreciseTimer due_timer_;
    Timer warmup_timer_;
    Timer end_timer_;
    Timer patience_;
    Timer timeout_;
    ProgressBar bar_;
    std::optional<EndingSignals> signals_;
    ServerText server_text_;
    std::array<char, INPUT_SIZE> input_;
    std::deque<Corpus> corpora_;
    std::deque<LoadConnection> connections_;
    std::vector<LoadConnection*> senders_;  // those that were open when sending began
    std::vector<std::size_t> slots_;        // of each connection: its place among them
    std::vector<TimePoint> sent_at_;        // closed loop: rings of window_

    Phase phase_ = Phase::looking_up;
    std::size_t address_ = 0;     // the one of lookup_'s that is used
    std::size_t next_ = 0;        // connection to be made
    std::size_t connecting_ = 0;  // those on their way
    std::size_t alive_ = 0;       // those open
    std::string failures_;        // of addresses
    bool greets_ = true;

    Schedule schedule_;
    TimePoint counts_from_{};
    TimePoint last_answer_{};
    TimePoint schedule_end_{};    // at a rate: the end of what was due; otherwise counts_from_
    TimePoint progress_at_{};     // when something was last acknowledged, or waited for
    std::uint64_t total_ = 0;     // at a rate: messages that will be due
    std::uint64_t due_ = 0;       // of these, the ones that the senders know of
    std::uint64_t forgone_ = 0;   // those of connections that are no more
    std::uint64_t left_ = 0;      // closed loop with a count: messages to send
    std::uint64_t all_sent_ = 0;  // the warm-up among them
    std::uint64_t in_flight_ = 0;
    std::uint64_t all_acknowledged_ = 0;
    Duration cpu_before_{};
    int killed_by_ = 0;
    bool gave_up_ = false;  // what is in flight will not be answered
    std::vector<std::string> troubles_;
    LoadResult result_;
};

}  // namespace hark
