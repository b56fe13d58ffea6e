// The system calls of common/sys/calls.hpp, some of which fail or do only a part, at random. An
// executable that links this in place of the real ones behaves the same until a Kernel exists.
#pragma once

#include "tests/prove/disk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark::prove {

// What can go wrong, and was counted when it did.
enum class Fault : std::uint8_t {
    accept_fails,
    recv_again,
    recv_short,
    send_again,
    send_short,
    send_no_memory,
    write_full,
    write_failed,
    write_short,
    sync_failed,
    truncate_failed,
    open_failed,
    stat_failed,
    epoll_failed,
    epoll_late,
};
inline constexpr std::size_t FAULTS = 15;
[[nodiscard]] std::string_view name(Fault fault) noexcept;

// Mistakes that harkd could make, played by the kernel: a prover must find each.
enum class Bug : std::uint8_t {
    none,
    answers_before_writing,  // a write that is never made succeeds
    counts_a_short_write_as_whole,
    trusts_a_second_sync,  // after one that failed
    forgets_the_tail,      // of what was received
};

class Kernel {
   public:
    // Both outlive it. There is one at a time.
    Kernel(Random& random, Disk& disk, Bug bug) noexcept;
    ~Kernel();
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;

    // From now on about one call in `one_in` fails; 0: none does.
    void set_weather(unsigned one_in) noexcept { one_in_ = one_in; }
    [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
    [[nodiscard]] std::uint64_t count(Fault fault) const noexcept {
        return counts_[static_cast<std::size_t>(fault)];
    }

    // For the calls.
    [[nodiscard]] bool strikes(Fault fault) noexcept;
    [[nodiscard]] std::size_t part(std::size_t size) noexcept { return 1 + random_() % size; }
    [[nodiscard]] bool has(Bug bug) const noexcept { return bug_ == bug; }
    [[nodiscard]] bool has_now(Bug bug) noexcept { return has(bug) && random_() % 16 == 0; }
    [[nodiscard]] Disk& disk() noexcept { return disk_; }
    void note_call() noexcept { ++calls_; }

   private:
    Random& random_;
    Disk& disk_;
    Bug bug_;
    unsigned one_in_ = 0;
    std::uint64_t calls_ = 0;
    std::array<std::uint64_t, FAULTS> counts_{};
};

}  // namespace hark::prove
