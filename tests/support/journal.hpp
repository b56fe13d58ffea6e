// journald's end of its native protocol: a bound datagram socket, and an entry parser.
#pragma once

#include "tests/support/sockets.hpp"
#include "tests/support/unix_sockets.hpp"

#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark::test {

using Entry = std::map<std::string, std::string>;

// Throws unless `bytes` are exactly one entry without duplicate fields.
[[nodiscard]] inline Entry parse_entry(std::string_view bytes) {
    Entry entry;
    const auto take = [&bytes](std::size_t count) {
        if (count > bytes.size()) throw std::runtime_error{"the entry is cut short"};
        const std::string_view part = bytes.substr(0, count);
        bytes.remove_prefix(count);
        return part;
    };
    while (!bytes.empty()) {
        const std::string name{take(bytes.find_first_of("=\n"))};
        std::string value;
        if (take(1) == "=") {
            value = take(bytes.find('\n'));
        } else {
            std::uint64_t size = 0;
            std::memcpy(&size, take(sizeof size).data(), sizeof size);
            value = take(size);
        }
        if (take(1) != "\n") throw std::runtime_error{"a field has no end"};
        if (!entry.emplace(name, value).second) throw std::runtime_error{"a field twice: " + name};
    }
    return entry;
}

struct Datagram {
    std::string bytes;  // of the file, if it was sent as one
    bool as_file = false;
    int seals = 0;
};

class FakeJournal {
   public:
    explicit FakeJournal(const std::filesystem::path& path) : path_{path.string()} {
        std::filesystem::remove(path);
        socket_.reset(
            checked(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
        const UnixAddress address = unix_address(path_);
        checked(::bind(socket_.get(), address.raw(), address.size), "bind");
    }

    // The oldest pending datagram.
    [[nodiscard]] std::optional<Datagram> read() const {
        std::string bytes(1 << 20, '\0');
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
        iovec part{bytes.data(), bytes.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
        if (size < 0 && errno == EAGAIN) return std::nullopt;
        bytes.resize(static_cast<std::size_t>(checked(size, "recvmsg")));
        const cmsghdr* const header = CMSG_FIRSTHDR(&message);
        if (header == nullptr) return Datagram{.bytes = std::move(bytes)};
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
        const UniqueFd file{fd};
        if (!bytes.empty()) throw std::runtime_error{"a file, and bytes with it"};
        struct stat status {};
        checked(::fstat(fd, &status), "fstat");
        Datagram datagram{.bytes = std::string(static_cast<std::size_t>(status.st_size), '\0'),
                          .as_file = true,
                          .seals = checked(::fcntl(fd, F_GET_SEALS), "fcntl")};
        checked(::pread(fd, datagram.bytes.data(), datagram.bytes.size(), 0), "pread");
        return datagram;
    }

    // All pending entries.
    [[nodiscard]] std::vector<Entry> read_all() const {
        std::vector<Entry> entries;
        while (const auto datagram = read()) entries.push_back(parse_entry(datagram->bytes));
        return entries;
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

   private:
    std::string path_;
    UniqueFd socket_;
};

}  // namespace hark::test
