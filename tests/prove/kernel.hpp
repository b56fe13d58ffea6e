// The system calls of common/sys/calls.hpp, some of which fail or do only a part, at random. An
// executable that links these in place of the real ones behaves the same until a Kernel exists.
#pragma once

#include "tests/prove/disk.hpp"
#include "tests/prove/names.hpp"
#include "tests/prove/sync_queue.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark::prove {

// What can go wrong, which is counted when it does.
enum class Fault : std::uint8_t {
    recv_again,
    recv_short,
    send_again,
    send_short,
    send_no_memory,
    write_full,
    write_failed,
    write_short,
    sync_failed,
    sync_not_begun,
    written_during_sync,
    truncate_failed,
    open_failed,
    stat_failed,
    epoll_late,
};
inline constexpr std::size_t FAULTS = 15;
[[nodiscard]] std::string_view name(Fault fault) noexcept;

// Mistakes that harkd could make, played by the kernel: the prover must find each.
enum class Bug : std::uint8_t {
    none,
    answers_before_writing,  // a write succeeds without being made
    counts_a_short_write_as_whole,
    trusts_a_second_sync,  // a sync after one that failed
    forgets_the_tail,      // the last byte received
    syncs_in_part,
    forgets_names,          // syncing a folder does nothing
    forgets_what_it_sends,  // a send that succeeds without being made, now and then
};

class Kernel {
   public:
    // All arguments outlive it. There is one Kernel at a time. `async`: whether it can sync in the
    // background.
    Kernel(Random& random, Disk& disk, Names& names, bool async, Bug bug) noexcept;
    ~Kernel();
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;

    // From now on about one call in `one_in` fails; 0: none does.
    void set_weather(unsigned one_in) noexcept { one_in_ = one_in; }
    [[nodiscard]] unsigned weather() const noexcept { return one_in_; }
    [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
    [[nodiscard]] std::uint64_t count(Fault fault) const noexcept {
        return counts_[static_cast<std::size_t>(fault)];
    }

    // For the system calls.
    [[nodiscard]] bool strikes(Fault fault) noexcept;
    // After a write that was done in part, the disk is full, as often as not.
    void note_part_written() noexcept { part_written_ = true; }
    [[nodiscard]] bool is_full() noexcept;
    [[nodiscard]] std::size_t part(std::size_t size) noexcept { return 1 + random_() % size; }
    [[nodiscard]] bool has(Bug bug) const noexcept { return bug_ == bug; }
    [[nodiscard]] bool has_now(Bug bug) noexcept { return has(bug) && random_() % 16 == 0; }
    [[nodiscard]] bool async() const noexcept { return async_; }
    [[nodiscard]] Disk& disk() noexcept { return disk_; }
    [[nodiscard]] Names& names() noexcept { return names_; }
    [[nodiscard]] SyncQueue& syncs() noexcept { return syncs_; }
    // A sync ends, well or not. Returns 0 or -errno.
    [[nodiscard]] int end_sync(FileId file) noexcept;
    void note(Fault fault) noexcept { ++counts_[static_cast<std::size_t>(fault)]; }
    void note_call() noexcept { ++calls_; }

   private:
    Random& random_;
    Disk& disk_;
    Names& names_;
    SyncQueue syncs_;
    bool async_;
    Bug bug_;
    unsigned one_in_ = 0;
    bool part_written_ = false;
    std::uint64_t calls_ = 0;
    std::array<std::uint64_t, FAULTS> counts_{};
};

}  // namespace hark::prove
