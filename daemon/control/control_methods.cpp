// What each method of org.harkd does.
#include "common/protocol/reply.hpp"
#include "common/varlink/json.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/control/parameters.hpp"
#include "daemon/control/status_json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hark {

using varlink::Json;

namespace {

// Connections that one piece of work may touch.
constexpr std::size_t PAGE = 100;
// The most clients missed by a broadcast to list by name.
constexpr std::size_t MAX_MISSED = 100;

}  // namespace

void ControlServer::record_operator(const ControlClient& client, std::string_view action,
                                    const Connection* to, std::optional<Detail> detail) {
    const Credentials& who = client.credentials();
    std::array details{Detail{Key::action, action}, Detail{Key::uid, std::uint64_t{who.uid}},
                       Detail{Key::pid, static_cast<std::uint64_t>(std::max(who.pid, 0))},
                       detail.value_or(Detail{Key::reason, std::string_view{}})};
    context_.log.append(
        {.event = Event::intervention,
         .time = loop_.wall_now(),
         .connection = to == nullptr ? 0 : to->number(),
         .peer = to == nullptr ? Peer{} : context_.peer_text.of(to->peer(), to->number(), nullptr),
         .details = std::span{details}.first(detail ? 4 : 3)});
}

void ControlServer::bound_words(std::string_view words, const char* name, Parameters& parameters) {
    // Two bytes in GBK are three in UTF-8.
    if (words.size() > 2 * reply::MAX_WORDS) parameters.reject(name);
}

void ControlServer::status(ControlClient& client, Parameters& parameters) {
    if (!accept(client, parameters)) return;
    reply(client, {.parameters = status_json(owner_.status(), tails(), tail_dropped_)});
}

void ControlServer::clients(ControlClient& client, Parameters& parameters) {
    const std::uint64_t after = parameters.number("after").value_or(0);
    const std::uint64_t limit = parameters.number("limit").value_or(PAGE);
    if (limit == 0) parameters.reject("limit");
    if (!accept(client, parameters)) return;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(limit, PAGE));
    // One more, to find out whether there is a next page.
    std::vector<Connection*> page = context_.connections.index().page(after, most + 1);
    const bool goes_on = page.size() > most;
    if (goes_on) page.pop_back();
    Json clients = Json::array();
    for (Connection* connection : page) {
        clients.push_back(std::move(*client_json(connection->figures())));
    }
    Json answer{{"clients", std::move(clients)}};
    if (goes_on) answer["next"] = page.back()->number();
    reply(client, {.parameters = std::move(answer)});
}

void ControlServer::tail(ControlClient& client, Parameters& parameters) {
    TailFilter filter;
    filter.client = parameters.number("client").value_or(0);
    if (const auto peer = parameters.text("peer")) {
        filter.peer = AddressPattern::parse(*peer);
        if (!filter.peer) parameters.reject("peer");
    }
    filter.text = in_lower_case(parameters.text("text").value_or(""));
    if (filter.text.size() > TailFilter::MAX_TEXT) parameters.reject("text");
    if (const auto events = parameters.texts("events")) {
        filter.events.reset();
        for (const std::string& wanted : *events) {
            bool known = false;
            for (std::size_t event = 0; event < EVENTS; ++event) {
                if (name(static_cast<Event>(event)) != wanted) continue;
                filter.events.set(event);
                known = true;
            }
            if (!known) parameters.reject("events");
        }
    }
    if (!accept(client, parameters)) return;
    const bool read_only = client.credentials().access < Access::full;
    const std::size_t most = read_only ? MAX_READ_ONLY_TAILS : MAX_TAILS;
    if (!more_ || oneway_) {
        refuse(client, varlink::EXPECTED_MORE);
    } else if (tails() >= most) {
        refuse(client, "org.harkd.TooMany", Json{{"limit", most}});
    } else {
        context_.log.set_observer(this);
        client.begin_tail(std::move(filter));
    }
}

void ControlServer::say(ControlClient& client, Parameters& parameters) {
    const std::uint64_t number = parameters.wanted_number("client");
    const std::string text = parameters.wanted_text("text");
    bound_words(text, "text", parameters);
    if (!accept(client, parameters)) return;
    Connection* const to = context_.connections.index().find(number);
    if (to == nullptr) {
        refuse(client, "org.harkd.NoSuchClient", Json{{"client", number}});
    } else if (const Status said = to->say(text); !said.ok()) {
        refuse(client, "org.harkd.NotSaid", Json{{"client", number}, {"reason", said.reason()}});
    } else {
        record_operator(client, "say", to, Detail{Key::text, std::string_view{text}});
        reply(client, {});
    }
}

void ControlServer::broadcast(ControlClient& client, Parameters& parameters) {
    std::string text = parameters.wanted_text("text");
    bound_words(text, "text", parameters);
    if (!accept(client, parameters)) return;
    record_operator(client, "broadcast", nullptr, Detail{Key::text, std::string_view{text}});
    broadcast_.emplace(Broadcast{.from = &client, .oneway = oneway_, .text = std::move(text)});
}

void ControlServer::go_on_broadcasting() {
    const auto page = context_.connections.index().page(broadcast_->after, PAGE);
    for (Connection* connection : page) {
        broadcast_->after = connection->number();
        const Status said = connection->say(broadcast_->text);
        if (said.ok()) {
            ++broadcast_->said;
            continue;
        }
        ++broadcast_->missed_count;
        if (broadcast_->missed.size() < MAX_MISSED) {
            broadcast_->missed.push_back({connection->number(), said.reason()});
        }
    }
    if (page.size() == PAGE) return;
    Broadcast over = std::move(*broadcast_);
    broadcast_.reset();
    if (over.from == nullptr) return;
    oneway_ = over.oneway;
    Json missed = Json::array();
    for (const Missed& each : over.missed) {
        missed.push_back({{"client", each.client}, {"reason", each.reason}});
    }
    reply(*over.from, {.parameters = Json{{"clients", over.said},
                                          {"missed", std::move(missed)},
                                          {"missed_count", over.missed_count}}});
}

void ControlServer::kick(ControlClient& client, Parameters& parameters) {
    const std::uint64_t number = parameters.wanted_number("client");
    const std::string reason = parameters.text("reason").value_or("");
    bound_words(reason, "reason", parameters);
    if (!accept(client, parameters)) return;
    Connection* const to = context_.connections.index().find(number);
    if (to == nullptr) {
        refuse(client, "org.harkd.NoSuchClient", Json{{"client", number}});
        return;
    }
    if (const Status kicked = to->kick(reason); !kicked.ok()) {
        refuse(client, "org.harkd.NotSaid", Json{{"client", number}, {"reason", kicked.reason()}});
        return;
    }
    record_operator(client, "kick", to,
                    reason.empty() ? std::nullopt
                                   : std::optional{Detail{Key::reason, std::string_view{reason}}});
    reply(client, {});
}

void ControlServer::reload(ControlClient& client, Parameters& parameters) {
    if (!accept(client, parameters)) return;
    record_operator(client, "reload", nullptr, std::nullopt);
    if (const Status status = owner_.reload_now(); !status.ok()) {
        refuse(client, "org.harkd.ReloadRefused", Json{{"reason", status.reason()}});
    } else {
        reply(client, {});
    }
}

// The answer comes once it is known whether the program on disk can take over.
void ControlServer::restart(ControlClient& client, Parameters& parameters) {
    if (!accept(client, parameters)) return;
    record_operator(client, "restart", nullptr, std::nullopt);
    if (const Status begun = owner_.begin_restart(); !begun.ok()) {
        refuse(client, "org.harkd.RestartRefused", Json{{"reason", begun.reason()}});
    } else if (oneway_) {
        reply(client, {});
    } else {
        restarters_.push_back(&client);
    }
}

void ControlServer::answer_restart(std::string_view version, std::string_view problem) {
    oneway_ = false;
    for (ControlClient* const client : std::exchange(restarters_, {})) {
        if (version.empty()) {
            refuse(*client, "org.harkd.RestartRefused", Json{{"reason", problem}});
        } else {
            reply(*client, {.parameters = Json{{"from", HARK_VERSION}, {"to", version}}});
        }
    }
}

void ControlServer::set_level(ControlClient& client, Parameters& parameters) {
    const std::string level = parameters.wanted_text("level");
    const std::array known{"debug", "info", "warning", "error"};
    if (std::ranges::find(known, level) == known.end()) parameters.reject("level");
    if (!accept(client, parameters)) return;
    record_operator(client, "level", nullptr, Detail{Key::level, std::string_view{level}});
    owner_.set_level(level);
    reply(client, {});
}

}  // namespace hark
