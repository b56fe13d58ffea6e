// Connections with everything they need, on a loop whose clock a test moves. Handles the log's
// progress as a Server does.
#pragma once

#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"
#include "tests/daemon/log/scripted_sink.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <netinet/tcp.h>

namespace hark::test {

struct SmallDaemon {
    SmallDaemon()
        : log{loop, method<&SmallDaemon::on_log_progress>(*this), -1},
          context{std::make_unique<ConnectionContext>(loop, log)} {
        auto owned = std::make_unique<ScriptedSink>(log.on_sink_ready());
        sink = owned.get();
        log.add(std::move(owned));
    }

    // The client's end of a new connection. `buffer` above 0: the size of the kernel's buffers.
    [[nodiscard]] UniqueFd connect(const ListenerProfile& profile = {},
                                   std::string_view greeting = {}, int buffer = 0) {
        SocketPair pair = tcp_pair(listener.get(), buffer);
        if (buffer > 0) set_option(pair.server.get(), SOL_SOCKET, SO_SNDBUF, buffer);
        set_option(pair.server.get(), IPPROTO_TCP, TCP_NODELAY, 1);  // as a Listener's
        server_end = pair.server.get();
        last = &context->connections.add(std::make_unique<Connection>(
            *context, ByteStream{std::move(pair.server), nullptr},
            SocketAddress::parse("192.0.2.7:51324").value(), ++context->counters.connections,
            context->profiles.keep(profile)));
        if (context->addresses.in_use()) last->join(context->addresses.join(last->peer(), true));
        last->open(greeting, false);
        return std::move(pair.client);
    }

    void round() { loop.run_once({}); }
    // Moves the clock, and runs what is due.
    void pass(Duration time) {
        clock.advance(time);
        round();
        round();
    }
    template <typename Condition>
    void await(Condition done) {
        REQUIRE(run_until(loop, done));
    }
    void await(std::string_view event, std::size_t count) {
        await([&] { return sink->count(event) >= count; });
        REQUIRE(sink->count(event) == count);
    }
    // Sends, and waits until the daemon has read it.
    void send(int client, std::string_view bytes) {
        const auto all = context->counters.bytes + bytes.size();
        send_all(client, bytes);
        await([&] { return context->counters.bytes >= all; });
    }
    // Sends, and returns when the bytes are in the daemon's socket, unread.
    void send_unread(int client, std::string_view bytes) const {
        send_all(client, bytes);
        REQUIRE(wait_for_unread(server_end, bytes.size()));
    }
    // What `client` has been sent by now.
    [[nodiscard]] static std::string said(int client) {
        return poll_for(client, POLLIN, 0) == 0 ? std::string{} : recv_some(client);
    }

    // "text/end" of each message's record.
    [[nodiscard]] std::vector<std::string> messages() const {
        std::vector<std::string> all;
        for (const auto& record : sink->records) {
            if (record["event"] != "message") continue;
            all.push_back(record["text"].get<std::string>() + "/" +
                          record["end"].get<std::string>());
        }
        return all;
    }
    [[nodiscard]] const nlohmann::json& closing() const {
        REQUIRE(sink->records.back()["event"] == "closed");
        return sink->records.back();
    }
    void refuse_records() const {
        sink->stores = sink->stored();
        sink->state = SinkState::refusing;
    }
    void take_records() const {
        sink->state = SinkState::clear;
        sink->say();
    }

    void on_log_progress() noexcept {
        context->replies.release_soon();
        if (!log.accepting()) {
            context->clock.pause();
        } else if (context->clock.paused()) {
            context->clock.resume();
            context->connections.unpark_all();
        }
    }

    ManualClock clock;
    EventLoop loop{clock};
    EventLog log;
    ScriptedSink* sink = nullptr;
    std::unique_ptr<ConnectionContext> context;
    UniqueFd listener = tcp_listener();
    Connection* last = nullptr;  // the newest
    int server_end = -1;         // its descriptor
};

using Texts = std::vector<std::string>;

}  // namespace hark::test
