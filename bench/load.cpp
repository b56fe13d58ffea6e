#include "bench/load.hpp"

#include "bench/connecting.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <utility>

#include <sys/socket.h>

namespace hark::bench {

namespace {

constexpr std::size_t EVENTS = 256;
constexpr std::size_t HEARD_BYTES = 65536;
constexpr std::size_t FLOOD_BYTES = 16384;        // in one go
constexpr std::uint64_t FLOOD_LIMIT = 2'000'000;  // messages: a file of 400 MB

}  // namespace

Load::Load(const LoadShape& shape, std::vector<UniqueFd> connections)
    : shape_{shape},
      payload_{shape.text, shape.protocol, shape.bytes, shape.depth},
      events_(EVENTS),
      heard_(HEARD_BYTES) {
    const std::size_t flooders = shape.flood_bytes > 0 ? 1 : 0;
    if (connections.size() <= flooders) throw std::runtime_error{"no connections"};
    const std::size_t count = connections.size() - flooders;
    for (UniqueFd& fd : connections) {
        const std::size_t index = speakers_.size();
        const std::uint64_t share = shape.messages / count + (index < shape.messages % count);
        speakers_.push_back({std::move(fd), Replies{shape.protocol}, share});
        watch(speakers_.back(), index, EPOLL_CTL_ADD);
    }
    if (flooders == 0) return;
    flood_lines_ = FLOOD_BYTES / shape.flood_bytes;
    flood_payload_.emplace(shape.text, shape.protocol, shape.flood_bytes, flood_lines_);
    speakers_.back().wanted = 0;
}

void Load::watch(const Speaker& speaker, std::size_t index, int operation) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (speaker.blocked) event.events |= EPOLLOUT;
    event.data.u64 = index;
    if (epoll_ctl(epoll_.get(), operation, speaker.fd.get(), &event) != 0) {
        throw SystemError{errno, "cannot watch a connection"};
    }
}

std::span<epoll_event> Load::wait() {
    const int count = epoll_wait(epoll_.get(), events_.data(), EVENTS, PATIENCE_MS);
    if (count < 0) throw SystemError{errno, "cannot wait"};
    if (count == 0) throw std::runtime_error{"the server says nothing more"};
    return std::span{events_}.first(static_cast<std::size_t>(count));
}

std::uint64_t Load::said() const noexcept {
    std::uint64_t total = flooded_;
    for (const Speaker& speaker : speakers_) total += speaker.said;
    return total;
}

void Load::run() {
    for (Speaker& speaker : speakers_) {
        if (speaker.wanted == 0) continue;
        ++speaking_;
        say(speaker);
    }
    if (flood_payload_) flood();
    while (speaking_ > 0) {
        for (const epoll_event& event : wait()) handle(event);
    }
    if (flood_payload_) end_flood();
}

void Load::handle(const epoll_event& event) {
    Speaker& speaker = speakers_[event.data.u64];
    if ((event.events & ~EPOLLOUT) != 0) hear(speaker);
    if ((event.events & EPOLLOUT) == 0) return;
    if (flood_payload_ && &speaker == &speakers_.back()) return flood();
    send_left(speaker);
    if (speaker.left.empty() && shape_.protocol == Protocol::silent) say(speaker);
}

// The next batch; those who are not answered say one after another until there is no room.
void Load::say(Speaker& speaker) {
    do {
        const auto count = std::min<std::uint64_t>(shape_.depth, speaker.wanted - speaker.said);
        speaker.left = payload_.first(count);
        speaker.said += count;
        speaker.began = Clock::now();
        send_left(speaker);
        if (!speaker.left.empty()) return;
    } while (shape_.protocol == Protocol::silent && speaker.said < speaker.wanted);
    if (shape_.protocol == Protocol::silent) --speaking_;
}

void Load::send_left(Speaker& speaker) {
    while (!speaker.left.empty()) {
        const ssize_t sent =
            send(speaker.fd.get(), speaker.left.data(), speaker.left.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) break;
        if (sent < 0) throw SystemError{errno, "cannot send"};
        speaker.left.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (const bool blocked = !speaker.left.empty(); blocked != speaker.blocked) {
        speaker.blocked = blocked;
        watch(speaker, static_cast<std::size_t>(&speaker - speakers_.data()), EPOLL_CTL_MOD);
    }
}

void Load::hear(Speaker& speaker) {
    const ssize_t got = recv(speaker.fd.get(), heard_.data(), heard_.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) throw SystemError{errno, "cannot receive"};
    if (got == 0) throw std::runtime_error{"the server has closed a connection"};
    if (flood_payload_ && &speaker == &speakers_.back()) return;
    if (!speaker.replies.take({heard_.data(), static_cast<std::size_t>(got)})) {
        throw std::runtime_error{"not an acknowledgement: " + speaker.replies.last()};
    }
    if (speaker.replies.acknowledged() < speaker.said || !speaker.left.empty()) return;
    latencies_.add(Clock::now() - speaker.began);
    if (speaker.said == speaker.wanted) {
        --speaking_;
    } else {
        say(speaker);
    }
}

// One go at a time, so that the others have their turn in here. They are through when the flood is.
void Load::flood() {
    Speaker& flooder = speakers_.back();
    if (flooder.left.empty() && flooded_ >= FLOOD_LIMIT) {
        for (Speaker& speaker : speakers_) speaker.wanted = speaker.said;
        flooder.blocked = false;
        return watch(flooder, speakers_.size() - 1, EPOLL_CTL_MOD);
    }
    if (flooder.left.empty()) {
        flooder.left = flood_payload_->first(flood_lines_);
        flooded_ += flood_lines_;
    }
    const ssize_t sent =
        send(flooder.fd.get(), flooder.left.data(), flooder.left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) throw SystemError{errno, "cannot flood"};
    if (sent > 0) flooder.left.remove_prefix(static_cast<std::size_t>(sent));
    if (flooder.blocked) return;
    flooder.blocked = true;  // the next go comes when there is room
    watch(flooder, speakers_.size() - 1, EPOLL_CTL_MOD);
}

// The rest of the last line, and the server's last answer: all that was said is recorded then.
void Load::end_flood() {
    Speaker& flooder = speakers_.back();
    while (!flooder.left.empty()) {
        for (const epoll_event& event : wait()) {
            if (event.data.u64 == speakers_.size() - 1 && !flooder.left.empty()) handle(event);
        }
    }
    flooder.blocked = false;
    watch(flooder, speakers_.size() - 1, EPOLL_CTL_MOD);
    if (shutdown(flooder.fd.get(), SHUT_WR) != 0) throw SystemError{errno, "cannot end the flood"};
    while (true) {
        wait();
        const ssize_t got = recv(flooder.fd.get(), heard_.data(), heard_.size(), 0);
        if (got == 0) return;
        if (got < 0 && errno != EAGAIN) throw SystemError{errno, "cannot end the flood"};
    }
}

}  // namespace hark::bench
