#include "daemon/log/journal_sink.hpp"

#include "common/net/unix_datagram.hpp"
#include "common/record/entry_as_json.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/sealed_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/uio.h>

namespace hark {

namespace {

// Datagrams per call.
constexpr std::size_t BATCH = 256;
constexpr Duration BACKOFF = std::chrono::milliseconds{1};
// Requested size of the socket's send buffer; the kernel may limit it (socket(7)).
constexpr int SEND_BUFFER = 8 << 20;
// A larger datagram needs contiguous memory, which the kernel may not have.
constexpr std::size_t LARGEST_DATAGRAM = 64 << 10;

// Whether the socket is no longer connected to journald.
bool is_disconnected(int error) noexcept {
    return error == ECONNREFUSED || error == ECONNRESET || error == ENOTCONN || error == EPIPE;
}

}  // namespace

JournalSink::JournalSink(EventLoop& loop, Callback<void()> on_ready, std::string_view run,
                         std::string_view socket, std::size_t deep)
    : Sink{SinkConfig{.kind = SinkConfig::Kind::journal}.name(), on_ready},
      renderer_{run},
      path_{socket},
      watch_{loop, method<&JournalSink::on_ready>(*this)},
      backoff_timer_{loop, method<&JournalSink::on_backoff_over>(*this)},
      deep_{deep} {}

void JournalSink::append(const Record& record) noexcept {
    renderer_.append(entries_.end(), record);
    entries_.end_entry();
}

SinkState JournalSink::commit() noexcept {
    if (backoff_timer_.armed()) return fail(SinkState::blocked, EAGAIN);
    bool fresh = false;
    while (!entries_.empty()) {
        if (!socket_) {
            if (const int error = connect(); error < 0) return fail(SinkState::refusing, -error);
            fresh = true;
        }
        const int result = send_some();
        if (result >= 0) continue;
        const int error = -result;
        if (error == EAGAIN) {
            await_room();
            return fail(SinkState::blocked, error);
        }
        if (is_disconnected(error)) disconnect();
        // Connect only once: journald has a new socket by now, or is not running.
        if (socket_ || fresh) return fail(SinkState::refusing, error);
    }
    return SinkState::clear;
}

std::optional<std::string> JournalSink::finish() {
    static_cast<void>(commit());
    std::string lines;
    for (std::size_t index = 0; index < entries_.size(); ++index) {
        append_entry_as_json(lines, entries_[index]);
    }
    return lines;
}

void JournalSink::hand_over(SinkHandover& into) const {
    for (std::size_t index = 0; index < entries_.size(); ++index) {
        into.entries.emplace_back(entries_[index]);
    }
}

void JournalSink::take_over(const SinkHandover& from) {
    for (const std::string& entry : from.entries) {
        entries_.end().append(entry);
        entries_.end_entry();
    }
}

int JournalSink::connect() noexcept {
    if (const int error = connect_datagram(path_, socket_); error < 0) return error;
    static_cast<void>(
        setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &SEND_BUFFER, sizeof SEND_BUFFER));
    const int error = watch_.start(socket_.get(), 0);
    if (error < 0) socket_.reset();
    return error;
}

void JournalSink::disconnect() noexcept {
    watch_.stop();
    socket_.reset();
    queue_is_deep_ = false;
}

int JournalSink::send_some() noexcept {
    if (entries_[0].size() > LARGEST_DATAGRAM) return send_as_file();
    const int result = send_datagrams();
    // The kernel's limit may be lower.
    return result == -EMSGSIZE ? send_as_file() : result;
}

int JournalSink::send_datagrams() noexcept {
    std::array<iovec, BATCH> parts;
    std::array<mmsghdr, BATCH> messages;
    unsigned count = 0;
    for (; count < std::min(entries_.size(), BATCH); ++count) {
        const std::string_view entry = entries_[count];
        if (entry.size() > LARGEST_DATAGRAM) break;
        // sendmsg(2) only reads.
        parts[count] = {.iov_base = const_cast<char*>(entry.data()), .iov_len = entry.size()};
        messages[count] = {};
        messages[count].msg_hdr.msg_iov = &parts[count];
        messages[count].msg_hdr.msg_iovlen = 1;
    }
    const int sent = sys::sendmmsg(socket_.get(), messages.data(), count);
    if (sent < 0) return sent;
    queue_is_deep_ = queue_is_deep_ || static_cast<std::size_t>(sent) >= deep_;
    entries_.take(static_cast<std::size_t>(sent));
    add_stored(static_cast<std::uint64_t>(sent));
    return sent;
}

int JournalSink::send_as_file() noexcept {
    UniqueFd file;
    if (const int error = make_sealed_file("hark-entry", entries_[0], file); error < 0) {
        return error;
    }
    const int result = sys::send_descriptor(socket_.get(), file.get());
    if (result < 0) return result;
    entries_.take(1);
    add_stored(1);
    return result;
}

// The kernel reports the socket as writable as soon as one datagram fits. If the queue is deep, we
// back off instead until many fit.
void JournalSink::await_room() noexcept {
    if (queue_is_deep_) {
        backoff_timer_.arm_in(BACKOFF);
        return;
    }
    // If this fails, the log retries anyway.
    static_cast<void>(watch_.set_interest(EPOLLOUT));
}

void JournalSink::on_ready(std::uint32_t) noexcept {
    static_cast<void>(watch_.set_interest(0));
    say_ready();
}

}  // namespace hark
