#include "tests/prove/world.hpp"

#include "daemon/log/make_sink.hpp"
#include "tests/support/sockets.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>
#include <sys/socket.h>

namespace hark::prove {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t MOST_PEERS = 6;
// No timeout ends a message: what a message is does not depend on how long something takes.
constexpr std::chrono::milliseconds NEVER{1h};

}  // namespace

World::Daemon::Daemon(const Clock& clock, std::string name, const std::string& path, bool sync)
    : run{std::move(name)},
      loop{clock},
      log{loop, method<&Daemon::on_log_progress>(*this), -1},
      config{.kind = SinkConfig::Kind::file, .path = path, .sync = sync} {
    log.add(make_sink(config, log, run));
    context = std::make_unique<ConnectionContext>(loop, log);
    context->limits = {
        .quiet = NEVER, .partial = NEVER, .idle = {}, .peer = {}, .detect_probes = false};
}

void World::Daemon::on_log_progress() noexcept {
    if (context == nullptr) return;
    context->replies.release_soon();
    if (!log.accepting()) {
        context->clock.pause();
    } else {
        context->clock.resume();
        context->connections.unpark_all();
    }
}

World::World(std::uint64_t seed, Bug bug)
    : random_{seed},
      kernel_{random_, disk_, names_, below(2) == 0, bug},
      sync_{below(2) == 0},
      files_{folder_, sync_, disk_, names_} {
    begin_daemon();
}

World::~World() = default;

void World::begin_daemon() {
    kernel_.set_weather(0);
    files_.make_folder();
    daemon_ =
        std::make_unique<Daemon>(clock_, fmt::format("{:08x}", ++runs_), files_.path(), sync_);
}

// Ends the daemon without a word, as SIGKILL does.
void World::end_daemon() {
    for (const auto& peer : peers_) leave(*peer);
    peers_.clear();
    daemon_.reset();
}

void World::connect() {
    if (peers_.size() == MOST_PEERS) return;
    int ends[2];
    test::checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
                  "socketpair");
    UniqueFd server{ends[1]};
    const std::uint64_t number = ++daemon_->last_connection;
    const ListenerProfile profile = Client::profile(random_);
    auto& peer = peers_.emplace_back(
        std::make_unique<Peer>(Peer{{daemon_->run, number}, Client{UniqueFd{ends[0]}, random_}}));
    peer->client.use(profile);
    ConnectionContext& context = *daemon_->context;
    ++context.counters.connections;
    Connection& added = context.connections.add(std::make_unique<Connection>(
        context, ByteStream{std::move(server), nullptr},
        SocketAddress::parse("192.0.2.7:51324").value(), number, context.profiles.keep(profile)));
    added.open("220 ready\r\n", false);
}

// What the client was told by then counts.
void World::leave(Peer& peer) {
    peer.client.hear();
    peer.client.leave();
    told_[peer.name] = peer.client.told();
}

void World::play(Peer& peer) {
    Client& client = peer.client;
    switch (below(8)) {
        case 0:
        case 1:
            for (std::uint64_t count = 1 + below(below(6) == 0 ? 60 : 3); count > 0; --count) {
                client.compose();
            }
            break;
        case 2:
        case 3:
            client.send(true);
            break;
        case 4:
            client.send(false);
            break;
        case 5:
        case 6:
            client.hear();
            break;
        case 7:
            if (below(4) == 0) client.half_close();
            if (below(16) == 0) leave(peer);
            break;
    }
}

void World::step() {
    move_on();
    // Misfortunes seldom come singly.
    if (below(daemon_->log.accepting() ? 40 : 8) == 0) act();
    rounds(static_cast<int>(below(3)));
    if (below(10) == 0) pass(std::chrono::milliseconds{below(2000)});
}

void World::move_on() {
    if (peers_.empty() || below(12) == 0) connect();
    play(*peers_[below(peers_.size())]);
    std::erase_if(peers_, [](const auto& peer) { return !peer->client.is_connected(); });
    for (const auto& peer : peers_) {
        if (peer->client.has_ended()) leave(*peer);
    }
    std::erase_if(peers_, [](const auto& peer) { return !peer->client.is_connected(); });
}

void World::rounds(int count) {
    for (; count > 0; --count) daemon_->loop.run_once({});
}

void World::pass(Duration time) {
    clock_.advance(time);
    rounds(2);
    files_.time_passed(clock_.monotonic(), kernel_.count(Fault::stat_failed));
}

void World::calm_down() {
    kernel_.set_weather(0);
    files_.make_folder();
    pass(2s);
    pass(2s);
    for (const auto& peer : peers_) {
        Client& client = peer->client;
        for (int turn = 0; turn < 10'000 && !client.has_ended(); ++turn) {
            if (!client.has_to_send() && client.is_answered()) break;
            client.send(true);
            if (turn % 16 == 15) {
                pass(1s);
            } else {
                rounds(2);
            }
            client.hear();
        }
        if (!client.has_ended() && client.has_to_send()) {
            throw std::runtime_error{"a client is not read any more"};
        }
        if (!client.has_ended() && !client.is_answered()) {
            throw std::runtime_error{"a client does not get its answers"};
        }
    }
}

void World::finish() {
    calm_down();
    // What was answered is on the disk.
    const bool power_is_cut = sync_ && below(2) == 0;
    if (power_is_cut) {
        end_daemon();
        files_.cut_power(random_);
    } else {
        for (const auto& peer : peers_) leave(*peer);
        peers_.clear();
        rounds(4);
        pass(2s);
        daemon_.reset();
    }
    files_.add_to(check_, power_is_cut);
    check_.compare(told_);
}

}  // namespace hark::prove
