#include "daemon/listen/activated_sockets.hpp"

#include "common/locale/i18n.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/environment.hpp"
#include "common/sys/error.hpp"
#include "common/text/number.hpp"

#include <cerrno>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr int FIRST_FD = 3;  // SD_LISTEN_FDS_START
// More than a unit can have; a larger number is a mistake.
constexpr unsigned MOST_SOCKETS = 4096;
// The name of sockets without one, as in sd_listen_fds_with_names().
constexpr const char* NO_NAME = "unknown";

[[noreturn]] void reject_variable(const char* name, const std::string& value,
                                  const std::string& expected) {
    throw std::runtime_error{formatted(_("invalid ${} '{}': expected {}"), name, value, expected)};
}

// -1 if `fd` is not a socket.
int socket_option(int fd, int option) noexcept {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

bool is_listening_tcp(int fd) noexcept {
    const int family = socket_option(fd, SO_DOMAIN);
    if (family != AF_INET && family != AF_INET6) return false;
    return socket_option(fd, SO_TYPE) == SOCK_STREAM &&
           socket_option(fd, SO_PROTOCOL) == IPPROTO_TCP && socket_option(fd, SO_ACCEPTCONN) == 1;
}

ActivatedSocket take_socket(int fd, std::string name) {
    const auto what = [&] {
        return formatted(_("cannot use descriptor {} ({}) from the service manager"), fd, name);
    };
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) throw SystemError{errno, what()};
    UniqueFd socket{fd};
    if (!is_listening_tcp(fd)) {
        throw ConfigError{fmt::format("{}: {}", what(), _("not a listening TCP socket"))};
    }
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        throw SystemError{errno, what()};
    }
    return {std::move(name), tcp::local_address(fd), std::move(socket)};
}

std::vector<std::string> split_names(const std::string& names) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = names.find(':', begin);
        parts.push_back(names.substr(begin, end - begin));
        if (end == std::string::npos) return parts;
        begin = end + 1;
    }
}

// Whether `listener` is for `socket`.
bool is_for(const ListenerConfig& listener, const ActivatedSocket& socket) {
    if (!listener.socket.empty()) return listener.socket == socket.name;
    return tcp::bound_address(listener.address) == socket.address;
}

std::string unknown_socket(const ListenerConfig& listener,
                           std::span<const ActivatedSocket> sockets) {
    std::string names;
    for (const ActivatedSocket& socket : sockets) {
        names += (names.empty() ? "" : ", ") + socket.name;
    }
    return names.empty()
               ? formatted(_("unknown socket '{}': expected an address, since the "
                             "service manager passed no sockets"),
                           listener.socket)
               : formatted(_("unknown socket '{}': expected one of: {}"), listener.socket, names);
}

}  // namespace

std::vector<ActivatedSocket> take_activated_sockets() {
    const auto process = take_variable("LISTEN_PID");
    const auto count_text = take_variable("LISTEN_FDS");
    const auto name_text = take_variable("LISTEN_FDNAMES");
    if (!process || !count_text) return {};
    const auto pid = parse_number<pid_t>(*process);
    if (!pid) reject_variable("LISTEN_PID", *process, _("a process ID"));
    if (*pid != ::getpid()) return {};
    const auto count = parse_number<unsigned>(*count_text);
    if (!count || *count > MOST_SOCKETS) {
        reject_variable("LISTEN_FDS", *count_text,
                        formatted(_("a number of sockets from 0 to {}"), MOST_SOCKETS));
    }
    std::vector<std::string> names(*count, NO_NAME);
    if (name_text && *count > 0) {
        names = split_names(*name_text);
        if (names.size() != *count) {
            reject_variable(
                "LISTEN_FDNAMES", *name_text,
                formatted(ngettext("{} name", "{} names separated by colons", *count), *count));
        }
    }
    std::vector<ActivatedSocket> sockets;
    for (std::string& name : names) {
        const int fd = FIRST_FD + static_cast<int>(sockets.size());
        sockets.push_back(take_socket(fd, std::move(name)));
    }
    return sockets;
}

void assign_sockets(Config& config, std::span<const ActivatedSocket> sockets) {
    Mistakes mistakes;
    std::vector<ListenerConfig> listeners;
    std::vector<bool> assigned(sockets.size());
    const auto assign = [&](const ListenerConfig& wanted, std::size_t index) {
        assigned[index] = true;
        listeners.push_back(wanted);
        listeners.back().activated = index;
        listeners.back().address = sockets[index].address;
    };
    for (const ListenerConfig& listener : config.listeners) {
        bool found = false;
        for (std::size_t index = 0; index < sockets.size(); ++index) {
            if (!is_for(listener, sockets[index])) continue;
            if (assigned[index]) {
                mistakes.add(listener.origin,
                             formatted(_("duplicate address {}"), sockets[index].address.text()));
            } else {
                assign(listener, index);
            }
            found = true;
        }
        if (found) continue;
        if (!listener.socket.empty()) {
            mistakes.add(listener.origin, unknown_socket(listener, sockets));
        }
        listeners.push_back(listener);
    }
    mistakes.throw_if_any();
    for (std::size_t index = 0; index < sockets.size(); ++index) {
        if (!assigned[index]) assign(config.defaults, index);
    }
    if (listeners.empty()) {
        listeners.push_back(config.defaults);
        listeners.back().address = SocketAddress::parse(DEFAULT_LISTEN).value();
    }
    config.listeners = std::move(listeners);
}

}  // namespace hark
