// Calls that are not listed fail with ENOSYS, so that a C library newer than the list falls back to
// an older call, as on an older kernel. Calls refused on purpose fail with EPERM.
#include "daemon/confine/seccomp_filter.hpp"

#include "daemon/confine/system_calls.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#if defined(__SANITIZE_ADDRESS__)
#define HARK_HAS_LEAK_CHECK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HARK_HAS_LEAK_CHECK 1
#endif
#endif

namespace hark {

namespace {

// ioctl(2) requests: what the C library asks of terminals, pipes and sockets, but none that fake
// terminal input (TIOCSTI) or configure devices.
constexpr std::uint64_t REQUESTS[] = {
    TCGETS,
    0x802c542a,  // TCGETS2, used by newer C libraries
    FIONREAD,   FIONBIO,      FIOCLEX,     FIONCLEX,    FIOASYNC,    TIOCGWINSZ,   TIOCGPGRP,
    TIOCOUTQ,   SIOCGIFINDEX, SIOCGIFNAME, SIOCGIFCONF, SIOCGIFADDR, SIOCGIFFLAGS,
};

constexpr std::uint64_t REFUSED_REQUESTS[] = {TIOCSTI, TIOCLINUX, TIOCSETD};

class Filter {
   public:
    Filter() noexcept : context_{seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), &seccomp_release} {
        if (context_ == nullptr) {
            error_ = -ENOMEM;
            return;
        }
        // By default, calls of another architecture (32-bit on a 64-bit kernel) would kill the
        // process.
        set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
        // Old kernels slow down any process with a filter, to protect it from untrusted code that
        // it may run in a sandbox of its own (speculative store bypass). harkd runs none.
        set(SCMP_FLTATR_CTL_SSB, 1);
        // A tree of comparisons, not a list.
        set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
        // The kernel's errno, not -ECANCELED.
        set(SCMP_FLTATR_API_SYSRAWRC, 1);
    }

    // Allows the call `name` if its arguments match.
    void allow(const char* name, auto... comparisons) noexcept {
        add(SCMP_ACT_ALLOW, name, comparisons...);
    }
    void refuse(int error, const char* name, auto... comparisons) noexcept {
        add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), name, comparisons...);
    }

    // 0 or -errno.
    [[nodiscard]] int load() noexcept { return error_ < 0 ? error_ : seccomp_load(context_.get()); }

   private:
    template <typename... Comparisons>
    void add(std::uint32_t action, const char* name, Comparisons... comparisons) noexcept {
        const int number = seccomp_syscall_resolve_name(name);
        // Unknown to libseccomp, or (pseudo numbers) to this architecture.
        if (error_ < 0 || number < 0) return;
        const int result = seccomp_rule_add(context_.get(), action, number, sizeof...(comparisons),
                                            comparisons...);
        if (result < 0) error_ = result;
    }
    // An attribute that this libseccomp does not have is not needed.
    void set(scmp_filter_attr attribute, std::uint32_t value) noexcept {
        static_cast<void>(seccomp_attr_set(context_.get(), attribute, value));
    }

    std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
    int error_ = 0;
};

// Calls `handle` with each name of a list in system_calls.hpp.
template <std::size_t COUNT>
void for_each_name(const char* const (&groups)[COUNT], auto handle) {
    for (std::string_view names : groups) {
        while (!names.empty()) {
            const std::size_t end = std::min(names.find(' '), names.size());
            handle(std::string{names.substr(0, end)}.c_str());
            names.remove_prefix(std::min(end + 1, names.size()));
        }
    }
}

constexpr scmp_arg_cmp equals(unsigned argument, std::uint64_t value) noexcept {
    return {argument, SCMP_CMP_EQ, value, 0};
}
constexpr scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) noexcept {
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// TCP and UDP, Unix sockets, and asking the kernel about addresses and routes.
void add_sockets(Filter& filter) noexcept {
    constexpr std::uint64_t TYPE = 0xf;
    constexpr std::uint64_t ROUTE = 0;  // NETLINK_ROUTE
    constexpr std::uint64_t INT = 0xffffffff;
    struct Kind {
        std::uint64_t type;
        std::uint64_t protocol;
    };
    // No other protocols of these types: for those, the kernel would load modules. 0: the default.
    constexpr Kind KINDS[] = {
        {SOCK_STREAM, 0}, {SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, 0}, {SOCK_DGRAM, IPPROTO_UDP}};
    for (const std::uint64_t family : {std::uint64_t{AF_INET}, std::uint64_t{AF_INET6}}) {
        for (const Kind& kind : KINDS) {
            filter.allow("socket", equals(0, family), masked(1, TYPE, kind.type),
                         masked(2, INT, kind.protocol));
        }
    }
    filter.allow("socket", equals(0, AF_UNIX));
    filter.allow("socket", equals(0, AF_NETLINK), equals(2, ROUTE));
    for (std::uint64_t family = 0; family < AF_NETLINK; ++family) {
        if (family == AF_UNIX || family == AF_INET || family == AF_INET6) continue;
        filter.refuse(EAFNOSUPPORT, "socket", equals(0, family));
    }
    filter.refuse(EAFNOSUPPORT, "socket", scmp_arg_cmp{0, SCMP_CMP_GT, AF_NETLINK, 0});
    filter.allow("socketpair", equals(0, AF_UNIX));
}

// Allows opening files, but not truncating one that is not opened for writing, which old versions
// of Landlock do not see. `flags`: the index of the flags argument.
void add_open(Filter& filter, const char* name, unsigned flags) noexcept {
    constexpr std::uint64_t ASKED = O_TRUNC | O_ACCMODE;
    filter.allow(name, masked(flags, O_TRUNC, 0));
    for (const std::uint64_t access : {std::uint64_t{O_WRONLY}, std::uint64_t{O_RDWR}}) {
        filter.allow(name, masked(flags, ASKED, O_TRUNC | access));
    }
    for (const std::uint64_t access : {std::uint64_t{O_RDONLY}, std::uint64_t{O_ACCMODE}}) {
        filter.refuse(EPERM, name, masked(flags, ASKED, O_TRUNC | access));
    }
}

}  // namespace

int install_seccomp_filter() noexcept {
    Filter filter;
    for_each_name(system_calls::ALLOWED, [&](const char* name) { filter.allow(name); });
    for_each_name(system_calls::REFUSED, [&](const char* name) { filter.refuse(EPERM, name); });
#ifdef HARK_HAS_LEAK_CHECK
    // LeakSanitizer uses it to stop the program at exit.
    filter.allow("ptrace");
#else
    filter.refuse(EPERM, "ptrace");
#endif
    for (const std::uint64_t request : REQUESTS) filter.allow("ioctl", equals(1, request));
    for (const std::uint64_t request : REFUSED_REQUESTS) {
        filter.refuse(EPERM, "ioctl", equals(1, request));
    }
    // No new namespaces. On s390, the flags come second.
#if defined(__s390__)
    constexpr unsigned FLAGS = 1;
#else
    constexpr unsigned FLAGS = 0;
#endif
    constexpr std::uint64_t NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    filter.allow("clone", masked(FLAGS, NAMESPACES, 0));
    add_open(filter, "open", 1);
    add_open(filter, "openat", 2);
    add_sockets(filter);
    return filter.load();
}

}  // namespace hark
