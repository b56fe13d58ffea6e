// The system calls of common/sys/calls.hpp again, but a test can make each of them fail or return
// short. An executable that links this library instead of the real one behaves the same unless a
// Script exists.
//
//     faults::Script script;
//     script.fail(Call::write, ENOSPC, {.times = 3});     // three writes fail
//     script.shorten(Call::write, 10, {.times = 1});      // the next one takes ten bytes
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
    io_setup,
    io_submit,
    io_getevents,
    epoll_create,
    epoll_add,
    epoll_modify,
    epoll_remove,
    epoll_wait,
};
inline constexpr std::size_t CALLS = 23;

inline constexpr unsigned ALWAYS = ~0U;
inline constexpr int ANY_FD = -1;

// Which calls a fault applies to.
struct When {
    unsigned times = ALWAYS;
    unsigned skip = 0;  // calls to let pass first
    // The call's socket or file; for epoll_add, _modify and _remove, the watched descriptor. open,
    // memfd_create, io_setup, io_getevents, epoll_create and epoll_wait have none: only ANY_FD
    // matches.
    int fd = ANY_FD;
};

// Its faults are in force during its lifetime; there can be only one Script at a time. If several
// faults match a call, the first one applies, and the others do not count that call.
class Script {
   public:
    Script();
    ~Script();
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    // The call is not made and returns -`error` (a positive errno). For epoll_wait, 0 means a wait
    // without events.
    void fail(Call call, int error, When when = {});

    // The call is limited to `bytes`: recv, send, read, write, pread; for sendmmsg, to datagrams.
    void shorten(Call call, std::size_t bytes, When when = {});

    // Removes all faults of `call`, or of all calls; the counters are kept.
    void heal(Call call);
    void heal();

    // Since the Script's construction: calls made, including faulty ones, and faulty ones only.
    [[nodiscard]] unsigned calls(Call call) const noexcept;
    [[nodiscard]] unsigned struck(Call call) const noexcept;

    // For faults.cpp: counts a call and decides its fate.
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
