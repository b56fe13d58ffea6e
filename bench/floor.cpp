// The least that a server must do to store lines and acknowledge each: the baseline for harkd. No
// greeting, no charset, no record, no limits; a signal ends it.
//
//     floor PORT FILE [sync]
//
// Reads at most 1024 bytes at a time from a connection, splits them at LF, appends the lines of a
// read to FILE with one write, and acknowledges each with `250 ok #N`, all of a read with one send.
// Drops replies that a peer does not take, and lines that do not fit. With sync, each line is
// written by itself and is on disk before the next one is looked at.
#include "common/sys/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t BUFFER_BYTES = 1024;
constexpr std::size_t ANSWER_BYTES = 24;  // the longest
constexpr int EVENTS = 64;
constexpr int BACKLOG = 125;

struct Connection {
    hark::UniqueFd fd;
    std::size_t used = 0;
    std::uint64_t lines = 0;
    std::array<char, BUFFER_BYTES> buffer;
};

class Floor {
   public:
    Floor(std::uint16_t port, const char* path, bool sync);

    // Serves until something fails; then returns false, with errno set.
    bool serve();

   private:
    bool watch(int fd);
    bool accept_all();
    bool serve_one(Connection& connection);
    bool take_lines(Connection& connection);
    bool write_and_sync(std::string_view line);

    bool sync_;
    hark::UniqueFd listener_{socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
    hark::UniqueFd file_;
    hark::UniqueFd epoll_{epoll_create1(0)};
    bool ready_ = false;
    std::vector<std::unique_ptr<Connection>> connections_;  // indexed by descriptor
};

Floor::Floor(std::uint16_t port, const char* path, bool sync)
    : sync_{sync}, file_{open(path, O_CREAT | O_WRONLY | O_APPEND | O_TRUNC, 0640)} {
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ready_ = file_ &&
             bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
             listen(listener_.get(), BACKLOG) == 0 && watch(listener_.get());
}

bool Floor::watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool Floor::accept_all() {
    const int on = 1;
    while (true) {
        hark::UniqueFd fd{accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK)};
        if (!fd) return errno == EAGAIN || errno == ECONNABORTED;
        setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto index = static_cast<std::size_t>(fd.get());
        if (!watch(fd.get())) return false;
        if (index >= connections_.size()) connections_.resize(index + 1);
        connections_[index] = std::make_unique_for_overwrite<Connection>();
        connections_[index]->fd = std::move(fd);
    }
}

bool Floor::serve_one(Connection& connection) {
    const ssize_t got = recv(connection.fd.get(), connection.buffer.data() + connection.used,
                             BUFFER_BYTES - connection.used, 0);
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) {
        connections_[static_cast<std::size_t>(connection.fd.get())].reset();
        return true;
    }
    connection.used += static_cast<std::size_t>(got);
    return take_lines(connection);
}

bool Floor::write_and_sync(std::string_view line) {
    return write(file_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
           fdatasync(file_.get()) == 0;
}

bool Floor::take_lines(Connection& connection) {
    std::array<char, BUFFER_BYTES * ANSWER_BYTES> answers;
    std::size_t answered = 0;
    char* const begin = connection.buffer.data();
    char* const end = begin + connection.used;
    char* rest = begin;
    while (void* const found = std::memchr(rest, '\n', static_cast<std::size_t>(end - rest))) {
        answered += static_cast<std::size_t>(
            std::snprintf(answers.data() + answered, ANSWER_BYTES, "250 ok #%llu\r\n",
                          static_cast<unsigned long long>(++connection.lines)));
        char* const line = std::exchange(rest, static_cast<char*>(found) + 1);
        if (sync_ && !write_and_sync({line, rest})) return false;
    }
    if (rest != begin) {
        const ssize_t lines = rest - begin;
        if (!sync_ && write(file_.get(), begin, static_cast<std::size_t>(lines)) != lines)
            return false;
        send(connection.fd.get(), answers.data(), answered, MSG_NOSIGNAL);
    }
    connection.used = static_cast<std::size_t>(end - rest);
    std::memmove(begin, rest, connection.used);
    if (connection.used == BUFFER_BYTES) connection.used = 0;
    return true;
}

bool Floor::serve() {
    std::array<epoll_event, EVENTS> events{};
    while (ready_) {
        const int count = epoll_wait(epoll_.get(), events.data(), EVENTS, -1);
        if (count < 0) return false;
        for (std::size_t index = 0; index < static_cast<std::size_t>(count); ++index) {
            const int fd = events[index].data.fd;
            ready_ = fd == listener_.get() ? accept_all()
                                           : serve_one(*connections_[static_cast<std::size_t>(fd)]);
            if (!ready_) return false;
        }
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    const bool sync = argc == 4 && std::string_view{argv[3]} == "sync";
    const unsigned long port = argc == 3 || sync ? std::strtoul(argv[1], nullptr, 10) : 0;
    if (port == 0 || port > 65535) {
        std::fputs("usage: floor PORT FILE [sync]\n", stderr);
        return 2;
    }
    Floor floor{static_cast<std::uint16_t>(port), argv[2], sync};
    if (!floor.serve()) std::perror("floor");
    return 1;
}
