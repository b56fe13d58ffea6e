#include "tests/prove/world.hpp"

#include "daemon/connection/connection_state.hpp"
#include "daemon/log/file_sink.hpp"
#include "daemon/log/make_sink.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/state_round_trip.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark::prove {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t MOST_PEERS = 6;
// Nothing ends by itself: what a message is does not depend on how long something takes.
constexpr std::chrono::milliseconds NEVER{1h};

std::string content_of(int file) {
    struct stat status {};
    ::fstat(file, &status);
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
}

}  // namespace

std::string_view name(Act act) noexcept {
    static constexpr std::array<std::string_view, ACTS> NAMES{
        "rotation", "file deleted", "file truncated", "reload",    "restart in place",
        "kill",     "power cut",    "client kicked",  "clock set", "bad weather"};
    return NAMES[static_cast<std::size_t>(act)];
}

// As a Server has them.
struct World::Daemon {
    Daemon(const Clock& clock, std::string name, const std::string& path, bool sync)
        : run{std::move(name)},
          loop{clock},
          log{loop, method<&Daemon::on_log_progress>(*this), -1},
          config{.kind = SinkConfig::Kind::file, .path = path, .sync = sync} {
        log.add(make_sink(config, log, run));
        make_context();
    }

    void make_context() {
        context = std::make_unique<ConnectionContext>(loop, log);
        context->limits = {
            .quiet = NEVER, .partial = NEVER, .idle = {}, .peer = {}, .detect_probes = false};
    }

    void on_log_progress() noexcept {
        if (context == nullptr) return;
        context->replies.release_soon();
        if (!log.accepting()) {
            context->clock.pause();
        } else {
            context->clock.resume();
            context->connections.unpark_all();
        }
    }

    std::string run;
    EventLoop loop;
    EventLog log;
    SinkConfig config;
    std::unique_ptr<ConnectionContext> context;
    std::uint64_t last_connection = 0;
};

World::World(std::uint64_t seed, Bug bug)
    : random_{seed},
      kernel_{random_, disk_, bug},
      path_{folder_ / "log.jsonl"},
      sync_{below(2) == 0} {
    begin_daemon();
}

World::~World() = default;

void World::begin_daemon() {
    kernel_.set_weather(0);
    daemon_ = std::make_unique<Daemon>(clock_, fmt::format("{:08x}", ++runs_), path_, sync_);
}

// Without a word, as SIGKILL does it.
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

// What it was told by then counts.
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
    if (peers_.empty() || below(12) == 0) connect();
    play(*peers_[below(peers_.size())]);
    if (below(40) == 0) act();
    rounds(static_cast<int>(below(3)));
    if (below(10) == 0) pass(std::chrono::milliseconds{below(2000)});
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
}

void World::keep_file() {
    UniqueFd file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file) files_.push_back(std::move(file));
}

void World::act() {
    const auto act = static_cast<Act>(below(ACTS));
    const std::string rotated = fmt::format("{}.{}", path_, files_.size());
    switch (act) {
        case Act::rotate:
            if (::access(path_.c_str(), F_OK) != 0) return;
            keep_file();
            test::checked(::rename(path_.c_str(), rotated.c_str()), "rename");
            // Nobody says so, half of the time.
            if (below(2) == 0)
                static_cast<void>(daemon_->log.find(daemon_->config.name())->reopen());
            break;
        case Act::remove:
            if (::access(path_.c_str(), F_OK) != 0) return;
            keep_file();
            ::unlink(path_.c_str());
            break;
        case Act::truncate: {
            // What has been there is known; what is being written goes on behind it.
            const UniqueFd file{::open(path_.c_str(), O_RDWR | O_CLOEXEC)};
            if (!file || sync_) return;
            UniqueFd copy{test::checked(::memfd_create("log", MFD_CLOEXEC), "memfd_create")};
            const std::string bytes = content_of(file.get());
            // In the middle of a line it would be torn.
            if (!bytes.empty() && bytes.back() != '\n') return;
            test::checked(::write(copy.get(), bytes.data(), bytes.size()), "write");
            files_.push_back(std::move(copy));
            test::checked(::ftruncate(file.get(), 0), "ftruncate");
            disk_.settled(file.get());
            break;
        }
        case Act::reload:
            static_cast<void>(daemon_->log.find(daemon_->config.name())->reopen());
            break;
        case Act::restart:
            restart();
            break;
        case Act::kill:
            end_daemon();
            disk_.forget_failures(path_);
            begin_daemon();
            break;
        case Act::cut_power:
            end_daemon();
            if (!sync_) return begin_daemon();
            disk_.cut_power(path_, random_);
            begin_daemon();
            break;
        case Act::kick:
            if (Connection* const one = daemon_->context->connections.index().find(
                    1 + below(daemon_->last_connection))) {
                static_cast<void>(one->kick("go away"));
            }
            break;
        case Act::set_clock:
            clock_.set_wall(clock_.wall() + std::chrono::seconds{below(20'000)} - 10'000s);
            break;
        case Act::bad_weather:
            kernel_.set_weather(below(3) == 0 ? 0 : static_cast<unsigned>(2 + below(40)));
            break;
    }
    note(act);
}

// As from one process to the next: everything is written down, and goes on elsewhere.
void World::restart() {
    kernel_.set_weather(0);
    Daemon& before = *daemon_;
    before.log.hold_still(true);
    const std::array sinks{before.config};
    std::vector<SinkHandover> logs = before.log.hand_over(sinks);
    std::vector<ConnectionState> connections;
    std::vector<ListenerProfile> profiles;
    // In the order in which they came.
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

    // Its log would open a file of its own, so that it is made without one.
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
    rounds(2);
}

void World::finish() {
    kernel_.set_weather(0);
    pass(2s);
    pass(2s);
    for (const auto& peer : peers_) {
        for (int turn = 0; turn < 10'000 && !peer->client.has_ended(); ++turn) {
            if (!peer->client.has_to_send() && peer->client.is_answered()) break;
            peer->client.send(true);
            if (turn % 16 == 15) {
                pass(1s);
            } else {
                rounds(2);
            }
            peer->client.hear();
        }
        const bool waits = !peer->client.has_ended() && peer->client.has_to_send();
        if (waits) throw std::runtime_error{"a client is not read any more"};
        leave(*peer);
    }
    peers_.clear();
    rounds(4);
    pass(2s);
    daemon_.reset();
    keep_file();
    for (const UniqueFd& file : files_) {
        check_.add(content_of(file.get()));
    }
    check_.compare(told_);
}

}  // namespace hark::prove
