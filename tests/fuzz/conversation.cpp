#include "tests/fuzz/conversation.hpp"

#include "daemon/connection/connection_state.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/state_round_trip.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace hark::fuzz {

using namespace std::chrono_literals;

namespace {

std::unique_ptr<KeptLog> make_log(EventLog& log, std::uint64_t number) {
    return std::make_unique<KeptLog>(log.on_sink_ready(), number);
}

}  // namespace

Conversation::Conversation(const ListenerProfile& profile, const ConnectionLimits& limits,
                           const PeerLimits& rates, bool small_buffer)
    : event_log_{loop_, method<&Conversation::on_log_progress>(*this), -1},
      context_{std::make_unique<ConnectionContext>(loop_, event_log_)},
      heard_{[this]() -> const KeptLog& {
          auto log = make_log(event_log_, NUMBER);
          log_ = log.get();
          event_log_.add(std::move(log));
          return *log_;
      }()},
      replies_{profile.replies} {
    int ends[2];
    test::checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
                  "socketpair");
    client_.reset(ends[0]);
    UniqueFd server{ends[1]};
    // Room for a few replies.
    if (small_buffer) test::set_option(server.get(), SOL_SOCKET, SO_SNDBUF, 1);
    context_->limits = limits;
    context_->addresses.set_limits(rates);
    ++context_->counters.connections;
    Connection& added = context_->connections.add(std::make_unique<Connection>(
        *context_, ByteStream{std::move(server), nullptr},
        SocketAddress::parse("192.0.2.7:51324").value(), NUMBER, context_->profiles.keep(profile)));
    if (context_->addresses.in_use()) added.join(context_->addresses.join(added.peer(), true));
    added.open("220 ready\r\n", false);
}

void Conversation::on_log_progress() noexcept {
    context_->replies.release_soon();
    if (!event_log_.accepting()) {
        context_->clock.pause();
        context_->addresses.pause();
    } else {
        context_->clock.resume();
        context_->addresses.resume();
        if (!stopped_) context_->connections.unpark_all();
    }
}

void Conversation::send(std::string_view& stream, std::size_t size) {
    if (half_closed_ || left_) return;
    const std::string_view some = stream.substr(0, size);
    if (some.empty()) return;
    const ssize_t count = ::send(client_.get(), some.data(), some.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    sent_ += static_cast<std::uint64_t>(count);
    stream.remove_prefix(static_cast<std::size_t>(count));
}

void Conversation::hear() {
    if (left_) return;
    std::array<char, 4096> bytes;
    for (;;) {
        const ssize_t count = ::recv(client_.get(), bytes.data(), bytes.size(), 0);
        if (count <= 0) return;
        const std::string_view some{bytes.data(), static_cast<std::size_t>(count)};
        require(replies_ != ReplyMode::none, "nothing is said where no replies are wanted");
        heard_bytes_ += some.size();
        if (replies_ == ReplyMode::text) heard_.add(some);
        if (replies_ == ReplyMode::ack) hear_acks(some);
    }
}

void Conversation::hear_acks(std::string_view bytes) {
    const auto acks = static_cast<std::uint64_t>(std::ranges::count(bytes, '\x06'));
    const auto naks = static_cast<std::uint64_t>(std::ranges::count(bytes, '\x15'));
    require(acks + naks == bytes.size(), "nothing but acknowledgements is said");
    acks_ += acks;
    // An empty message gets a reply but no record; its terminator counts as read all the same.
    const std::uint64_t between = context_->counters.bytes - log_->bytes();
    require(acks_ <= log_->whole_stored() + between, "an answer means that it is stored");
    require(naks == 0 || gave_up_, "what can be stored is not refused");
}

void Conversation::half_close() noexcept {
    if (left_) return;
    half_closed_ = true;
    ::shutdown(client_.get(), SHUT_WR);
}

void Conversation::leave() noexcept {
    left_ = true;
    client_.reset();
}

void Conversation::rounds(int count) {
    for (; count > 0; --count) loop_.run_once({});
}

void Conversation::pass(Duration time) {
    passed_ += time;
    clock_.advance(time);
    rounds(2);
}

void Conversation::say() {
    if (Connection* const to = connection()) static_cast<void>(to->say("hello"));
}

void Conversation::kick() {
    if (Connection* const to = connection()) static_cast<void>(to->kick("go away"));
}

void Conversation::set_limits(const ConnectionLimits& limits, const PeerLimits& rates) {
    context_->limits = limits;
    context_->addresses.set_limits(rates);
    context_->connections.for_each([](Connection& each) { each.on_new_limits(); });
}

void Conversation::stop() {
    stopped_ = context_->stopping = true;
    event_log_.write();
    shut_down();
}

void Conversation::shut_down() noexcept {
    context_->connections.for_each([this](Connection& each) {
        if (each.is_open() && (event_log_.accepting() || gave_up_)) {
            each.shut_down(event_log_.accepting() && !gave_up_, Reason::shutdown);
        }
    });
}

// As from one process to the next: the connection's state is written, and it goes on elsewhere.
void Conversation::travel() {
    if (stopped_) return;
    Connection* const here = connection();
    if (here == nullptr) return;
    const ListenerProfile profile = here->profile();
    ConnectionState state = test::written_and_read(here->state(0));
    UniqueFd socket{test::checked(::dup(state.fd), "dup")};
    std::vector<PendingReplyState> replies;
    for (const PendingReply& reply : context_->replies.pending()) {
        if (reply.to->is_over()) continue;
        replies.push_back(test::written_and_read(PendingReplyState{
            reply.to->number(), reply.record, reply.message, reply.count, reply.kind}));
    }
    const std::unique_ptr<ConnectionContext> before = std::move(context_);
    context_ = std::make_unique<ConnectionContext>(loop_, event_log_);
    context_->limits = before->limits;
    context_->counters = before->counters;
    context_->clock.resume_from(before->clock.stood_still(), loop_.now());
    context_->addresses.set_limits(before->addresses.limits());
    for (const AddressTable::Used& used : before->addresses.used()) {
        context_->addresses.resume(used);
    }
    on_log_progress();
    const ListenerProfile& kept = context_->profiles.keep(profile);
    check_fits(state, kept);
    Connection& there = context_->connections.add(std::make_unique<Connection>(
        *context_, ByteStream{std::move(socket), nullptr}, state, kept));
    for (const PendingReplyState& reply : replies) {
        context_->replies.put_back({&there, reply.record, reply.message, reply.count, reply.kind});
    }
    there.resume();
}

void Conversation::give_up() {
    if (gave_up_) return;
    pass(3s);
    event_log_.write();
    if (event_log_.stored() == event_log_.appended()) return;
    gave_up_ = true;
    shut_down();
    event_log_.give_up();
    const std::string reason = event_log_.trouble();
    static_cast<void>(context_->replies.refuse({reason, event_log_.stored_somewhere()}));
}

void Conversation::finish(std::string_view rest) {
    // A step that changes nothing is followed by a second's silence.
    constexpr int STEPS = 4000;
    if (!gave_up_) log_->set_state(SinkState::clear);
    for (int step = 0; step < STEPS && context_->connections.size() > 0; ++step) {
        const auto before = std::pair{sent_ + heard_bytes_, context_->counters.bytes};
        send(rest, rest.size());
        if (rest.empty() && !half_closed_) half_close();
        if (stopped_) shut_down();
        rounds(2);
        hear();
        if (before == std::pair{sent_ + heard_bytes_, context_->counters.bytes}) pass(1s);
    }
    require(context_->connections.size() == 0, "a conversation ends");
    rounds(2);
    hear();
    for (int step = 0; step < STEPS && context_->addresses.size() > 0; ++step) pass(1s);
    require(context_->addresses.size() == 0, "an address is forgotten");
}

}  // namespace hark::fuzz
