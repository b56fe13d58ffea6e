#include "common/nats/client.hpp"

#include "common/loop/event_loop.hpp"
#include "common/nats/commands.hpp"
#include "common/text/number.hpp"

#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace hark::nats {

namespace {

using namespace std::chrono_literals;

constexpr Duration SHORTEST_WAIT = 500ms;
constexpr Duration LONGEST_WAIT = 1s;
constexpr Duration SCATTER = 50ms;
// A connection that ends sooner counts as a failure.
constexpr Duration SHORTEST_USE = 1s;
// Bytes about servers that cannot be used; failures beyond that are only counted.
constexpr std::size_t MAX_WORDS = 400;

std::string make_inbox() {
    std::random_device source;
    return fmt::format("_INBOX.{:08x}{:08x}.", source(), source());
}

}  // namespace

Client::Client(EventLoop& loop, ClientOwner& owner, Options options,
               std::shared_ptr<const tls::ClientContext> tls, std::string name)
    : loop_{loop},
      owner_{owner},
      options_{std::move(options)},
      tls_{std::move(tls)},
      random_{std::random_device{}()},
      servers_{options_.servers, random_()},
      inbox_{make_inbox()},
      connection_{loop, static_cast<ConnectionOwner&>(*this), std::move(name), inbox_ + "*"},
      retry_{loop, method<&Client::connect>(*this)} {}

void Client::start() noexcept {
    connect();
}

void Client::use(Options options, std::shared_ptr<const tls::ClientContext> tls) {
    connection_.close();
    options_ = std::move(options);
    tls_ = std::move(tls);
    servers_ = ServerList{options_.servers, random_()};
    failures_ = 0;
    problem_ = {};
    if (std::exchange(was_open_, false)) owner_.on_disconnected({.text = "other servers are used"});
    retry_.arm_in(Duration::zero());
}

void Client::connect() noexcept {
    connection_.open(servers_.current(), options_, tls_);
}

std::uint64_t Client::request(std::string_view subject, std::string_view headers,
                              std::string_view payload) {
    std::string reply_to = inbox_;
    append_number(reply_to, ++last_request_);
    append_publish(connection_.output(), subject, reply_to, headers, payload);
    const std::uint64_t number = last_request_;
    connection_.flush();
    return number;
}

void Client::leave(std::string_view why) noexcept {
    const Problem problem{.text = fmt::format("{}: {}", address(), why)};
    connection_.close();
    on_closed(problem);
}

void Client::on_open() noexcept {
    was_open_ = true;
    opened_ = loop_.now();
    ++connections_;
    owner_.on_connected();
}

void Client::on_info(const ServerInfo& info) noexcept {
    // With a CA or a server name configured, a stranger has no valid certificate, so INFO may name
    // any server.
    const tls::ClientOptions& tls = options_.tls;
    const bool any_certificate = tls.files.ca.empty() && tls.server_name.empty();
    servers_.learn(info.others, connection_.is_encrypted() && any_certificate
                                    ? ServerList::Trust::same_name
                                    : ServerList::Trust::any);
    if (info.is_leaving && servers_.size() > 1) leave("it is shutting down");
}

void Client::on_message(const Operation& message) noexcept {
    if (!message.subject.starts_with(inbox_)) {
        owner_.on_delivery(message);
        return;
    }
    const auto number = parse_number<std::uint64_t>(message.subject.substr(inbox_.size()));
    // Ignore answers to requests that were never made.
    if (number && *number <= last_request_) owner_.on_answer(*number, message);
}

void Client::on_complaint(std::string_view text) noexcept {
    if (connection_.is_open()) owner_.on_complaint(text);
}

void Client::on_closed(const Problem& problem) noexcept {
    servers_.advance();
    if (std::exchange(was_open_, false)) {
        owner_.on_disconnected(problem);
        if (loop_.now() - opened_ >= SHORTEST_USE) {
            failures_ = 0;
            problem_ = {};
            retry_.arm_in(random_delay(Duration::zero(), SCATTER));
            return;
        }
    }
    note_failure(problem);
    if (failures_ < servers_.size()) {
        retry_.arm_in(Duration::zero());
        return;
    }
    failures_ = 0;
    retry_.arm_in(random_delay(SHORTEST_WAIT, LONGEST_WAIT));
    owner_.on_unreachable(std::exchange(problem_, {}));
}

// A refusal takes the place of other servers' problems, since it says more.
void Client::note_failure(const Problem& problem) noexcept {
    ++failures_;
    if (problem.is_refusal && !problem_.is_refusal) {
        problem_ = problem;
    } else if (problem_.is_refusal == problem.is_refusal) {
        if (problem_.text.size() > MAX_WORDS) return;
        if (!problem_.text.empty()) problem_.text += "; ";
        problem_.text += problem.text;
    }
}

Duration Client::random_delay(Duration least, Duration most) noexcept {
    std::uniform_int_distribution<Duration::rep> between{least.count(), most.count()};
    return Duration{between(random_)};
}

}  // namespace hark::nats
