#include "daemon/confine/privileges.hpp"
#include "daemon/confine/seccomp_filter.hpp"
#include "tests/daemon/confine/error_of.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temporary_folder.hpp"

#include <array>
#include <functional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

using namespace hark;
using test::error_of;
using test::in_child;

namespace {

// What `run` returns under the filter.
int filtered(const std::function<int()>& run) {
    return in_child([&run] {
        forbid_new_privileges();
        return install_seccomp_filter() == 0 ? run() : 255;
    });
}

// LeakSanitizer needs ptrace(2).
constexpr bool has_leak_check() {
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}

bool is_available() {
    return in_child([] {
               forbid_new_privileges();
               return install_seccomp_filter() == 0 ? 0 : 1;
           }) == 0;
}

int error_of_socket(int family, int type, int protocol) {
    return filtered([=] { return error_of(socket(family, type, protocol)); });
}

int error_of_call(long number) {
    return filtered([=] { return error_of(syscall(number, -1, nullptr, 0, 0, 0, 0)); });
}

}  // namespace

TEST_CASE("seccomp filter: what a daemon never does fails with an errno, and kills nobody") {
    if (!is_available()) {
        MESSAGE("skipped: the kernel has no seccomp filters");
        return;
    }
    for (const long call : {SYS_mount,
                            SYS_umount2,
                            SYS_pivot_root,
                            SYS_chroot,
                            SYS_unshare,
                            SYS_setns,
                            SYS_init_module,
                            SYS_finit_module,
                            SYS_delete_module,
                            SYS_bpf,
                            SYS_perf_event_open,
                            SYS_keyctl,
                            SYS_add_key,
                            SYS_request_key,
                            SYS_userfaultfd,
                            SYS_kexec_load,
                            SYS_swapon,
                            SYS_swapoff,
                            SYS_open_by_handle_at,
                            SYS_io_uring_setup,
                            SYS_io_uring_enter,
                            SYS_process_vm_readv,
                            SYS_process_vm_writev,
                            SYS_acct,
                            SYS_quotactl,
                            SYS_clock_settime,
                            SYS_settimeofday,
                            SYS_adjtimex,
                            SYS_sethostname,
                            SYS_setuid,
                            SYS_setresuid,
                            SYS_setgroups,
                            SYS_fanotify_init,
                            SYS_pidfd_getfd,
                            SYS_mknodat,
                            SYS_syslog,
                            SYS_reboot}) {
        CAPTURE(call);
        CHECK(error_of_call(call) == EPERM);
    }
    CHECK(filtered([] { return error_of(personality(0xffffffff)); }) == EPERM);
    CHECK(filtered([] { return error_of(ioctl(STDIN_FILENO, TIOCSTI, "x")); }) == EPERM);
    // Not in the list, so as on an old kernel.
    CHECK(error_of_call(100'000) == ENOSYS);
    CHECK(error_of_call(SYS_clone3) == ENOSYS);
    if (!has_leak_check()) {
        CHECK(filtered([] { return error_of(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }) ==
              EPERM);
    }
}

TEST_CASE("seccomp filter: families of sockets") {
    if (!is_available()) return;
    CHECK(error_of_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) == 0);
    CHECK(error_of_socket(AF_INET, SOCK_DGRAM, 0) == 0);
    CHECK(error_of_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) == 0);
    CHECK(error_of_socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) == 0);
    CHECK(error_of_socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) == 0);
    CHECK(error_of_socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) == 0);
    CHECK(error_of_socket(AF_INET, SOCK_RAW, 1) != 0);
    // The kernel would load modules for these.
    for (const int protocol : {int{IPPROTO_SCTP}, int{IPPROTO_MPTCP}, 256}) {
        CAPTURE(protocol);
        CHECK(error_of_socket(AF_INET, SOCK_STREAM, protocol) == ENOSYS);
        CHECK(error_of_socket(AF_INET6, SOCK_STREAM, protocol) == ENOSYS);
    }
    CHECK(error_of_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) == ENOSYS);
    CHECK(error_of_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE) == ENOSYS);
    CHECK(error_of_socket(AF_NETLINK, SOCK_RAW, 9) != 0);
    for (const int family : {AF_PACKET, AF_ALG, AF_VSOCK, AF_BLUETOOTH, AF_KEY, AF_CAN, AF_AX25}) {
        CAPTURE(family);
        CHECK(error_of_socket(family, SOCK_RAW, 0) == EAFNOSUPPORT);
    }
}

// Before version 3, Landlock does not check this, and it needs no permission to write.
TEST_CASE("seccomp filter: a file cannot be emptied unless it is opened for writing") {
    if (!is_available()) return;
    const test::TemporaryFolder folder;
    const std::string path = folder / "file";
    test::write_file(path, "text");
    CHECK(filtered([&] { return error_of(truncate(path.c_str(), 0)); }) == EPERM);
    constexpr int NO_ACCESS = O_ACCMODE;
    for (const int access : {O_RDONLY, NO_ACCESS}) {
        CAPTURE(access);
        CHECK(filtered([&] { return error_of(open(path.c_str(), access | O_TRUNC)); }) == EPERM);
        CHECK(filtered([&] { return error_of(open(path.c_str(), access)); }) == 0);
    }
#ifdef SYS_open
    CHECK(filtered([&] { return error_of(syscall(SYS_open, path.c_str(), O_RDONLY | O_TRUNC)); }) ==
          EPERM);
#endif
    // A filter cannot see its flags.
    CHECK(error_of_call(SYS_openat2) == ENOSYS);
    CHECK(test::file_text(path) == "text");
    for (const int access : {O_WRONLY, O_RDWR}) {
        CAPTURE(access);
        CHECK(filtered([&] { return error_of(open(path.c_str(), access)); }) == 0);
        CHECK(test::file_text(path) == "text");
        CHECK(filtered([&] { return error_of(open(path.c_str(), access | O_TRUNC)); }) == 0);
        CHECK(test::file_text(path).empty());
        test::write_file(path, "text");
    }
}

TEST_CASE("seccomp filter: a successor can be executed, and confines itself further") {
    if (!is_available()) return;
    CHECK(filtered([] {
              execl("/bin/true", "true", nullptr);
              return errno;
          }) == 0);
    CHECK(filtered([] {
              return in_child([] { return execl("/bin/sh", "sh", "-c", "exit 7", nullptr); });
          }) == 7);
    CHECK(filtered([] { return install_seccomp_filter() == 0 ? 0 : 1; }) == 0);
}

TEST_CASE("seccomp filter: what libraries need works") {
    if (!is_available()) return;
    CHECK(filtered([] {
              addrinfo* found = nullptr;
              const int failed = getaddrinfo("localhost", "80", nullptr, &found);
              if (failed == 0) freeaddrinfo(found);
              return failed == EAI_SYSTEM ? 1 : 0;
          }) == 0);
    CHECK(filtered([] {
              int seen = 0;
              std::thread{[&seen] { seen = 3; }}.join();
              return seen;
          }) == 3);
    CHECK(filtered([] {
              std::array<int, 2> ends{};
              return error_of(pipe2(ends.data(), O_CLOEXEC));
          }) == 0);
    CHECK(filtered([] { return error_of(memfd_create("state", MFD_CLOEXEC)); }) == 0);
    CHECK(filtered([] { return error_of(syscall(SYS_pidfd_open, getpid(), 0)); }) == 0);
    CHECK(filtered([] { return isatty(STDIN_FILENO) == 0 && errno == ENOSYS ? 1 : 0; }) == 0);
}

TEST_CASE("seccomp filter: no new namespaces") {
    if (!is_available()) return;
    CHECK(filtered([] {
              return error_of(
                  syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
          }) == ENOSYS);
}
