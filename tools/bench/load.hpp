// A load on a daemon, from the first connection to the last `bye`:
//
//   looking_up -> connecting -> asking -> sending -> draining -> asking_again -> leaving -> over
//
// The daemon is asked for its own figures before and after. In a closed loop, a connection sends
// when it gets a reply; that bounds the messages in flight, and their send times are kept in a
// ring. In an open loop (with a rate), it sends by the schedule, which gives the due time of each
// message; then nothing is kept per message. Neither allocates per message.
//
// Connections are opened in batches, each waiting for its greeting: the daemon's backlog is short,
// and the kernel would retry what does not fit only after a second.
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

    // Runs to the end. Reports problems on standard error.
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
    // How long an interrupted load waits for replies, and any load for its connections to close.
    static constexpr Duration FAREWELL = std::chrono::seconds{1};

    void on_handshake_begun() noexcept override;
    void on_handshake_over(bool succeeded) noexcept override;
    void on_open(LoadConnection& connection, bool greeted) noexcept override;
    void on_answer(LoadConnection& connection, std::uint64_t first, std::uint64_t last,
                   std::uint64_t skipped, const reply::Reply& reply) noexcept override;
    void on_room(LoadConnection& connection) noexcept override { pump(connection); }
    void on_end(LoadConnection& connection, LoadEnd end, int error,
                std::string_view reason) noexcept override;

    // Enters the next phase if the current one has all that it waits for.
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
    // The start of a message's latency.
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
    void note_refusal(std::string_view reason);
    void note_distrust(std::string_view why) noexcept;
    // Keeps the worse of the two statuses, and a few reasons, each once.
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
    std::vector<LoadConnection*> senders_;  // connections that were open when sending began
    std::vector<std::size_t> slots_;        // of each connection: its index in senders_
    std::vector<TimePoint> sent_at_;        // closed loop: rings of window_ send times

    Phase phase_ = Phase::looking_up;
    std::size_t address_ = 0;     // index into the addresses of lookup_
    std::size_t next_ = 0;        // index of the next connection to open
    std::size_t connecting_ = 0;  // connections being opened
    std::size_t alive_ = 0;       // connections open
    std::size_t shaking_ = 0;     // TLS handshakes under way
    TimePoint shaking_since_{};   // when the first of them began
    std::string failures_;        // of addresses tried
    bool greets_ = true;

    Schedule schedule_;
    TimePoint counts_from_{};
    TimePoint last_answer_{};
    TimePoint schedule_end_{};    // with a rate: when the last message was due; else counts_from_
    TimePoint progress_at_{};     // of the last acknowledgement, or when waiting began
    std::uint64_t total_ = 0;     // with a rate: messages that will be due
    std::uint64_t due_ = 0;       // of these: those already due
    std::uint64_t forgone_ = 0;   // of these: those of connections that ended
    std::uint64_t left_ = 0;      // closed loop with a count: messages to send
    std::uint64_t all_sent_ = 0;  // including the warm-up
    std::uint64_t in_flight_ = 0;
    std::uint64_t all_acknowledged_ = 0;
    Duration cpu_before_{};
    int killed_by_ = 0;
    bool gave_up_ = false;  // no more replies are expected
    std::vector<std::string> troubles_;
    LoadResult result_;
};

}  // namespace hark
