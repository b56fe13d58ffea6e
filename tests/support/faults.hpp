// The system calls of common/sys/calls.hpp once more, each of which a test can make fail or come
// back short. An executable that links this library instead of the real one behaves the same until
// a Script lives.
//
//     faults::Script script;
//     script.fail(Call::write, ENOSPC, {.times = 3});     // three writes fail
//     script.shorten(Call::write, 10, {.times = 1});      // the one after them takes ten bytes
//     script.fail(Call::recv, ECONNRESET, {.skip = 1, .fd = socket});
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hark::faults {

enum class Call : std::uint8_t {
    accept,
    recv,
    unread,
    send,
    sendmmsg,
    send_descriptor,
    shutdown_write,
    read,
    write,
    pread,
    open,
    memfd_create,
    fstat,
    ftruncate,
    fdatasync,
    epoll_create,
    epoll_add,
    epoll_modify,
    epoll_remove,
    epoll_wait,
};
inline constexpr std::size_t CALLS = 20;

inline constexpr unsigned ALWAYS = ~0U;
inline constexpr int ANY_FD = -1;

// Which calls a fault strikes.
struct When {
    unsigned times = ALWAYS;
    unsigned skip = 0;  // calls that pass before
    // The call's socket or file; of epoll_add, _modify and _remove, the watched one. open,
    // memfd_create,
    // epoll_create and epoll_wait have none, and match ANY_FD alone.
    int fd = ANY_FD;
};

// While it lives its faults are in force, one Script at a time; with it everything ends. Of several
// faults of one call the first that strikes is used, and those after it do not see that call.
class Script {
   public:
    Script();
    ~Script();
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    // The call is not made and returns -`error` (a positive errno). For epoll_wait, 0 is no error
    // but a wait in which nothing comes up.
    void fail(Call call, int error, When when = {});

    // The call is made with at most `bytes`: recv, send, read, write, pread; of
    // sendmmsg, datagrams.
    void shorten(Call call, std::size_t bytes, When when = {});

    // All faults of `call`, or of all calls, are over; the counters stay.
    void heal(Call call);
    void heal();

    // Since the Script began: calls made, struck ones among them, and the struck ones alone.
    [[nodiscard]] unsigned calls(Call call) const noexcept;
    [[nodiscard]] unsigned struck(Call call) const noexcept;

    // For faults.cpp: counts a call, and says what becomes of it.
    struct Verdict {
        bool fails = false;
        int error = 0;
        std::size_t most = ~std::size_t{0};
    };
    [[nodiscard]] Verdict judge(Call call, int fd) noexcept;

   private:
    struct Fault {
        Call call;
        Verdict verdict;
        When when;
    };
    struct Count {
        unsigned calls = 0;
        unsigned struck = 0;
    };

    std::vector<Fault> faults_;
    std::array<Count, CALLS> counts_{};
};

}  // namespace hark::faults
