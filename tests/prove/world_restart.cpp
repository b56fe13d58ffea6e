// A restart in place, as from one process to the next.
#include "daemon/connection/connection_state.hpp"
#include "daemon/log/make_sink.hpp"
#include "tests/prove/world.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/state_round_trip.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace hark::prove {

// Returns whether the restart was done.
bool World::restart() {
    daemon_->log.hold_still(true);
    if (part()) {
        daemon_->log.write();
        give_way();
        return true;
    }
    daemon_->log.hold_still(false);
    note(Act::stay);
    return false;
}

// Serves the clients until the disk has finished what it was syncing. Returns false if the restart
// is given up.
bool World::part() {
    for (std::uint64_t moments = below(8); moments > 0; --moments) {
        move_on();
        const auto act = static_cast<Act>(below(4));
        if (below(8) == 0 && meddle(act)) note(act);
        rounds(static_cast<int>(below(3)));
        if (below(2) == 0) pass(std::chrono::milliseconds{below(800)});
    }
    for (int round = 0; !daemon_->log.is_still(); ++round) {
        if (below(8) == 0) return false;
        if (round > 1000) throw std::runtime_error{"a disk is never still"};
        rounds(1);
    }
    return below(8) > 0;
}

// Hands everything over to a new daemon through its written state.
void World::give_way() {
    const unsigned weather = kernel_.weather();
    kernel_.set_weather(0);
    Daemon& before = *daemon_;
    const std::array sinks{before.config};
    std::vector<SinkHandover> logs = before.log.hand_over(sinks);
    std::vector<ConnectionState> connections;
    std::vector<ListenerProfile> profiles;
    // In the order in which they connected.
    for (Connection* const connection :
         before.context->connections.index().page(0, before.last_connection)) {
        profiles.push_back(connection->profile());
        connections.push_back(test::written_and_read(connection->state(0)));
    }
    std::vector<PendingReplyState> replies;
    for (const PendingReply& reply : before.context->replies.pending()) {
        if (reply.to->is_over()) continue;
        replies.push_back(test::written_and_read(PendingReplyState{
            reply.to->number(), reply.record, reply.message, reply.count, reply.kind}));
    }
    for (ConnectionState& connection : connections) {
        connection.fd = test::checked(::dup(connection.fd), "dup");
    }
    const std::uint64_t appended = before.log.appended();
    const std::uint64_t last_connection = before.last_connection;
    const std::string run = before.run;
    for (SinkHandover& log : logs) log.fd = test::checked(::dup(log.fd), "dup");
    const Counters counters = before.context->counters;

    // Its log would open a file of its own, so it is made without that.
    auto after = std::make_unique<Daemon>(clock_, run, folder_ / "unused", false);
    static_cast<void>(after->log.find(after->config.name()));
    after->log.replace(std::vector<std::string>{after->config.name()}, {});
    after->config = before.config;
    after->log.resume_at(appended);
    for (SinkHandover& log : logs) {
        SinkHandover there = test::written_and_read(log);
        after->log.take_over(make_sink(there, after->log, run), there);
    }
    after->last_connection = last_connection;
    after->context->counters = counters;
    for (std::size_t i = 0; i < connections.size(); ++i) {
        const ListenerProfile& profile = after->context->profiles.keep(profiles[i]);
        Connection& there = after->context->connections.add(std::make_unique<Connection>(
            *after->context, ByteStream{UniqueFd{connections[i].fd}, nullptr}, connections[i],
            profile));
        for (const PendingReplyState& reply : replies) {
            if (reply.to != connections[i].number) continue;
            after->context->replies.put_back(
                {&there, reply.record, reply.message, reply.count, reply.kind});
        }
    }
    after->on_log_progress();
    after->context->connections.for_each([](Connection& connection) { connection.resume(); });
    daemon_ = std::move(after);
    kernel_.set_weather(weather);
    rounds(2);
}

}  // namespace hark::prove
