// Runs code that would spoil the test's own process (limits, refused system calls) in a child.
#pragma once

#include <cstddef>
#include <iterator>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hark::test {

// Runs `body` in a forked child and returns its result, 0 to 255, or -1 if the child could not be
// started or died. The child runs no destructors and no exit handlers.
template <typename Body>
[[nodiscard]] int in_child(Body body) {
    const pid_t child = ::fork();
    if (child < 0) return -1;
    if (child == 0) ::_exit(body());
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

// From now on, system call `number` (SYS_socket) fails with `error` in this process if its first
// argument is `argument`. Cannot be undone: for children only. False if the kernel refuses.
[[nodiscard]] inline bool refuse_call(unsigned number, unsigned argument, unsigned error) {
    constexpr unsigned NUMBER = offsetof(seccomp_data, nr);
    // Only the lower half: all machines that run the tests are little-endian.
    constexpr unsigned ARGUMENT = offsetof(seccomp_data, args);
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NUMBER),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{std::size(program), program};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace hark::test
