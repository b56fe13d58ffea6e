#include "bench/connecting.hpp"

#include "common/sys/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace hark::bench {

namespace {

constexpr std::size_t AT_ONCE = 64;  // below every server's backlog

sockaddr_in address_of(in_addr_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return address;
}

UniqueFd new_socket() {
    UniqueFd fd{socket(AF_INET, SOCK_STREAM, 0)};
    if (!fd) throw SystemError{errno, "cannot make a socket"};
    const int on = 1;
    setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

void connect(const UniqueFd& fd, std::uint16_t port, in_addr_t host) {
    const sockaddr_in address = address_of(host, port);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw SystemError{errno, "cannot connect"};
    }
    if (fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) {
        throw SystemError{errno, "cannot keep a socket from blocking"};
    }
}

void read_greeting(const Wire& wire) {
    std::array<char, 512> buffer;
    std::string_view got;
    while (!got.ends_with('\n')) {
        const ssize_t count = wire.recv(std::span{buffer}.subspan(got.size()));
        if (count == -EAGAIN) {
            pollfd waiting{wire.fd(), POLLIN, 0};
            if (poll(&waiting, 1, PATIENCE_MS) != 1) throw std::runtime_error{"no greeting"};
            continue;
        }
        if (count <= 0) throw std::runtime_error{"closed without a greeting"};
        got = {buffer.data(), got.size() + static_cast<std::size_t>(count)};
    }
    if (!got.starts_with("220")) throw std::runtime_error{"refused: " + std::string{got}};
}

// Whether connections to `port` still wait in the server's backlog: the kernel lists listening
// sockets first, with the length of their backlog in place of the receive queue.
bool anyone_waits(std::uint16_t port) {
    std::array<char, 16> local;
    std::snprintf(local.data(), local.size(), ":%04X ", static_cast<unsigned>(port));
    std::ifstream sockets{"/proc/net/tcp"};
    std::string line;
    while (std::getline(sockets, line)) {
        const std::size_t found = line.find(local.data());
        const std::size_t listens = line.find(" 0A ");
        if (listens == std::string::npos && line.find("local_address") == std::string::npos) break;
        if (found == std::string::npos || found > listens) continue;
        const std::size_t queues = line.find(' ', listens + 1) + 1;
        return line.substr(queues + 9, 8) != "00000000";
    }
    return false;
}

void wait_until_accepted(std::uint16_t port) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{PATIENCE_MS};
    while (anyone_waits(port)) {
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error{"not accepted"};
        std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
}

}  // namespace

UniqueFd connect_to(std::uint16_t port, in_addr_t host) {
    UniqueFd fd = new_socket();
    connect(fd, port, host);
    return fd;
}

UniqueFd connect_from(in_addr_t source, std::uint16_t port, int buffer) {
    UniqueFd fd = new_socket();
    const int on = 1;
    setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (buffer > 0) {
        setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    }
    const sockaddr_in address = address_of(source, 0);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw SystemError{errno, "cannot take an address"};
    }
    connect(fd, port, INADDR_LOOPBACK);
    return fd;
}
std::vector<Wire> connect_to(std::uint16_t port, std::size_t count, bool greeted, SSL_CTX* tls) {
    std::vector<Wire> connections;
    connections.reserve(count);
    while (connections.size() < count) {
        const std::size_t known = connections.size();
        while (connections.size() < std::min(known + AT_ONCE, count)) {
            connections.emplace_back(connect_to(port));
        }
        for (std::size_t index = known; index < connections.size(); ++index) {
            if (tls != nullptr) connections[index].secure(*tls);
            if (greeted) read_greeting(connections[index]);
        }
        wait_until_accepted(port);
    }
    return connections;
}

}  // namespace hark::bench
