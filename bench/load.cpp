#include "bench/load.hpp"

#include "bench/connecting.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <utility>

namespace hark::bench {

namespace {

constexpr std::size_t EVENTS = 256;
constexpr std::size_t INPUT_BYTES = 65536;
constexpr std::size_t FLOOD_BYTES = 16384;        // per burst
constexpr std::uint64_t FLOOD_LIMIT = 2'000'000;  // messages: a file of 400 MB

}  // namespace

Load::Load(const LoadShape& shape, std::vector<Wire> connections)
    : shape_{shape},
      payload_{shape.text, shape.protocol, shape.bytes, shape.depth},
      events_(EVENTS),
      input_(INPUT_BYTES) {
    const std::size_t flooders = shape.flood_bytes > 0 ? 1 : 0;
    if (connections.size() <= flooders) throw std::runtime_error{"no connections"};
    const std::size_t count = connections.size() - flooders;
    for (Wire& wire : connections) {
        const std::size_t index = senders_.size();
        const std::uint64_t share = shape.messages / count + (index < shape.messages % count);
        senders_.push_back({std::move(wire), Replies{shape.protocol}, share});
        watch(senders_.back(), index, EPOLL_CTL_ADD);
    }
    if (shape.storm > 0) {
        storm_.emplace(shape.storm_port, shape.storm, epoll_.get(), senders_.size());
    }
    if (shape.attack != AttackKind::none) {
        attack_.emplace(shape.attack, shape.attack_port, shape.attackers, epoll_.get(),
                        senders_.size());
    }
    if (flooders == 0) return;
    flood_lines_ = FLOOD_BYTES / shape.flood_bytes;
    flood_payload_.emplace(shape.text, shape.protocol, shape.flood_bytes, flood_lines_);
    senders_.back().wanted = 0;
}

void Load::watch(const Sender& sender, std::size_t index, int operation) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (sender.blocked) event.events |= EPOLLOUT;
    event.data.u64 = index;
    if (epoll_ctl(epoll_.get(), operation, sender.wire.fd(), &event) != 0) {
        throw SystemError{errno, "cannot watch a connection"};
    }
}

std::span<epoll_event> Load::wait() {
    const int count = epoll_wait(epoll_.get(), events_.data(), EVENTS, PATIENCE_MS);
    if (count < 0) throw SystemError{errno, "cannot wait"};
    if (count == 0) throw std::runtime_error{"the server stopped replying"};
    return std::span{events_}.first(static_cast<std::size_t>(count));
}

std::uint64_t Load::messages_sent() const noexcept {
    std::uint64_t total = flooded_ + (attack_ ? attack_->lines() : 0);
    for (const Sender& sender : senders_) total += sender.sent;
    return total;
}

void Load::run() {
    for (Sender& sender : senders_) {
        if (sender.wanted == 0) continue;
        ++sending_;
        send_batch(sender);
    }
    if (flood_payload_) flood();
    while (sending_ > 0) {
        for (const epoll_event& event : wait()) handle(event);
    }
    if (flood_payload_) end_flood();
    if (attack_) attack_->finish();
}

void Load::handle(const epoll_event& event) {
    if (event.data.u64 >= senders_.size()) {
        return attack_ ? attack_->handle(event.data.u64) : storm_->handle(event.data.u64);
    }
    Sender& sender = senders_[event.data.u64];
    if ((event.events & ~EPOLLOUT) != 0) receive(sender);
    if ((event.events & EPOLLOUT) == 0) return;
    if (flood_payload_ && &sender == &senders_.back()) return flood();
    send_left(sender);
    if (!sender.blocked && shape_.protocol == Protocol::silent) send_batch(sender);
}

// Sends the next batch; with a silent server, as many as the socket takes.
void Load::send_batch(Sender& sender) {
    do {
        const auto count = std::min<std::uint64_t>(shape_.depth, sender.wanted - sender.sent);
        sender.left = payload_.first(count);
        sender.sent += count;
        sender.began = Clock::now();
        send_left(sender);
        if (sender.blocked) return;
    } while (shape_.protocol == Protocol::silent && sender.sent < sender.wanted);
    if (shape_.protocol == Protocol::silent) --sending_;
}

void Load::send_left(Sender& sender) {
    const int flushed = sender.wire.flush();
    if (flushed < 0 && flushed != -EAGAIN) throw SystemError{-flushed, "cannot send"};
    while (!sender.left.empty()) {
        const ssize_t sent = sender.wire.send(sender.left);
        if (sent == -EAGAIN) break;
        if (sent < 0) throw SystemError{static_cast<int>(-sent), "cannot send"};
        sender.left.remove_prefix(static_cast<std::size_t>(sent));
    }
    const bool blocked = !sender.left.empty() || sender.wire.wants_output();
    if (blocked == sender.blocked) return;
    sender.blocked = blocked;
    watch(sender, static_cast<std::size_t>(&sender - senders_.data()), EPOLL_CTL_MOD);
}

void Load::receive(Sender& sender) {
    const ssize_t got = sender.wire.recv(input_);
    if (got == -EAGAIN) return;
    if (got < 0) throw SystemError{static_cast<int>(-got), "cannot receive"};
    if (got == 0) throw std::runtime_error{"the server has closed a connection"};
    if (flood_payload_ && &sender == &senders_.back()) return;
    if (!sender.replies.take({input_.data(), static_cast<std::size_t>(got)})) {
        throw std::runtime_error{"not an acknowledgement: " + sender.replies.last()};
    }
    if (sender.replies.acknowledged() < sender.sent || !sender.left.empty()) return;
    latencies_.add(Clock::now() - sender.began);
    if (sender.sent == sender.wanted) {
        --sending_;
    } else {
        send_batch(sender);
    }
}

// Sends one burst at a time, so that the others get their turn. When the flood ends, the others
// end, too.
void Load::flood() {
    Sender& flooder = senders_.back();
    if (flooder.left.empty() && flooded_ >= FLOOD_LIMIT) {
        for (Sender& sender : senders_) sender.wanted = sender.sent;
        flooder.blocked = false;
        return watch(flooder, senders_.size() - 1, EPOLL_CTL_MOD);
    }
    if (flooder.left.empty()) {
        flooder.left = flood_payload_->first(flood_lines_);
        flooded_ += flood_lines_;
    }
    const ssize_t sent = flooder.wire.send(flooder.left);
    if (sent < 0 && sent != -EAGAIN) throw SystemError{static_cast<int>(-sent), "cannot flood"};
    if (sent > 0) flooder.left.remove_prefix(static_cast<std::size_t>(sent));
    if (flooder.blocked) return;
    flooder.blocked = true;  // continue with the next burst when there is room
    watch(flooder, senders_.size() - 1, EPOLL_CTL_MOD);
}

// Sends the rest of the last line and waits for the server's last reply: then everything is
// recorded.
void Load::end_flood() {
    Sender& flooder = senders_.back();
    while (!flooder.left.empty()) {
        for (const epoll_event& event : wait()) {
            if (event.data.u64 == senders_.size() - 1 && !flooder.left.empty()) handle(event);
        }
    }
    flooder.blocked = false;
    watch(flooder, senders_.size() - 1, EPOLL_CTL_MOD);
    flooder.wire.shutdown();
    while (true) {
        wait();
        const ssize_t got = flooder.wire.recv(input_);
        if (got == 0) return;
        if (got < 0 && got != -EAGAIN) {
            throw SystemError{static_cast<int>(-got), "cannot end the flood"};
        }
    }
}

}  // namespace hark::bench
