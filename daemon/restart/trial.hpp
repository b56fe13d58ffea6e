// Runs the program that is to take over as a child, which reads the configuration and a state and
// confirms that it can use them; until then, nothing is given away. The child gets no descriptors
// except the state and two pipes.
//
// It confirms with one line on standard output that contains the digest of the state: neither an
// exit status nor the output of another program can be mistaken for it.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/event_loop.hpp"
#include "common/loop/timer.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/restart/program.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace hark {

// The answer of a `version` that can use the state with that `digest`: a line without LF.
[[nodiscard]] std::string trial_answer(std::string_view version, std::string_view digest);

class Trial {
   public:
    static constexpr Duration PATIENCE = std::chrono::seconds{5};

    // `on_done` is called once result() is available.
    Trial(EventLoop& loop, Callback<void()> on_done) noexcept;
    // Kills a child that is running, and waits for its end.
    ~Trial();
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    // Runs `program` with `option` and the number of the descriptor on which it finds `state`,
    // whose digest is `digest`.
    void start(const Program& program, const char* option, const UniqueFd& state,
               std::string_view digest);
    [[nodiscard]] bool running() const noexcept { return child_ > 0; }

    struct Result {
        std::string version;  // the program's; empty: it cannot take over
        std::string problem;  // why not
    };
    [[nodiscard]] const Result& result() const noexcept { return result_; }

   private:
    // The child's output, up to a few KiB.
    struct Output {
        UniqueFd pipe;
        std::string text;
        void read() noexcept;
    };

    // A positive errno, or 0.
    [[nodiscard]] int spawn(const Program& program, const char* option, int state);
    void on_tick() noexcept;
    void finish(int status);
    [[nodiscard]] std::string reason(int status) const;

    EventLoop& loop_;
    Callback<void()> on_done_;
    Timer timer_;
    pid_t child_ = 0;
    bool timed_out_ = false;
    TimePoint deadline_{};
    std::string digest_;
    Output answer_;
    Output errors_;
    Result result_;
};

}  // namespace hark
