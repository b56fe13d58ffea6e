// Calls on the control socket: bytes of any kind, and calls of each method with parameters of any
// kind, while others connect, read, talk and leave.
#include "common/protocol/reply.hpp"
#include "common/record/json_lines.hpp"
#include "common/varlink/json.hpp"
#include "common/varlink/message.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"
#include "daemon/control/control_server.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/line_check.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/unix_sockets.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include <nlohmann/json.hpp>

namespace hark::fuzz {

namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr std::array METHODS{"org.harkd.Status"sv,
                             "org.harkd.Clients"sv,
                             "org.harkd.Tail"sv,
                             "org.harkd.Say"sv,
                             "org.harkd.Broadcast"sv,
                             "org.harkd.Kick"sv,
                             "org.harkd.Reload"sv,
                             "org.harkd.SetLevel"sv,
                             "org.varlink.service.GetInfo"sv,
                             "org.varlink.service.GetInterfaceDescription"sv,
                             "org.harkd.Restart"sv};

// Stores everything at once, and checks that each record can be written.
class CheckingSink final : public Sink {
   public:
    explicit CheckingSink(Callback<void()> on_ready) : Sink{"checking", on_ready} {}
    void append(const Record& record) noexcept override {
        std::string line;
        renderer_.append(line, record);
        require_line(line);
        require(nlohmann::json::accept(line), "a record is JSON");
        ++records_;
    }
    [[nodiscard]] SinkState commit() noexcept override {
        add_stored(records_ - stored());
        return SinkState::clear;
    }
    [[nodiscard]] Backlog backlog() const noexcept override { return {}; }
    void hand_over(SinkHandover&) const override {}
    void take_over(const SinkHandover&) override {}

   private:
    JsonLines renderer_{"5f3a9c01"};
    std::uint64_t records_ = 0;
};

std::string all_of(int socket) {
    std::string all;
    std::array<char, 4096> bytes;
    for (;;) {
        const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count <= 0) return all;
        all.append(bytes.data(), static_cast<std::size_t>(count));
    }
}

// A control server, two clients of the data port, and operators.
class OperatedDaemon : private ControlOwner {
   public:
    OperatedDaemon() {
        log_.add(std::make_unique<CheckingSink>(log_.on_sink_ready()));
        for (UniqueFd& client : clients_) client = connect_client();
        server_.emplace(loop_, *context_, static_cast<ControlOwner&>(*this), ControlSocket{path()},
                        AccessRules{std::nullopt}, "5f3a9c01");
    }

    [[nodiscard]] UniqueFd connect_operator() {
        UniqueFd socket{test::checked(
            ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket")};
        const UnixAddress address = test::unix_address(path());
        test::checked(::connect(socket.get(), address.raw(), address.size), "connect");
        rounds(1);
        return socket;
    }
    void rounds(int count) {
        for (; count > 0; --count) loop_.run_once({});
    }
    void pass(Duration time) {
        clock_.advance(time);
        rounds(2);
    }
    void talk(std::string_view text) {
        for (const UniqueFd& client : clients_) {
            static_cast<void>(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL));
        }
    }
    // Checks that clients of the data port are sent only lines that they know.
    void check_clients() {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            said_[i] += all_of(clients_[i].get());
            for (std::size_t end = 0; (end = said_[i].find('\n')) != std::string::npos;) {
                const std::string line = said_[i].substr(0, end + 1);
                said_[i].erase(0, end + 1);
                require(line.size() <= reply::MAX_LINE && line.ends_with("\r\n"),
                        "a client is told lines");
                require(reply::parse(line).kind != reply::Kind::other, "which it knows");
            }
        }
    }

   private:
    // One for all inputs.
    [[nodiscard]] static std::string path() {
        static const test::TemporaryFolder folder;
        return folder / "control";
    }
    [[nodiscard]] UniqueFd connect_client() {
        int ends[2];
        test::checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
                      "socketpair");
        UniqueFd client{ends[0]};
        Connection& added = context_->connections.add(std::make_unique<Connection>(
            *context_, ByteStream{UniqueFd{ends[1]}, nullptr},
            SocketAddress::parse("192.0.2.7:51324").value(), ++context_->counters.connections,
            context_->profiles.keep({})));
        added.open("220 ready\r\n", false);
        return client;
    }

    void on_log_progress() noexcept { context_->replies.release_soon(); }
    [[nodiscard]] ServiceStatus status() override { return {.version = "fuzz"}; }
    Status reload_now() override {
        reloads_ = !reloads_;
        return reloads_ ? Status{} : Status::failed("\x1B[0m: not now");
    }
    Status begin_restart() override { return Status::failed("not now"); }
    void on_call(const Credentials&, std::string_view) override {}
    void set_level(std::string_view level) override {
        require(level == "debug" || level == "info" || level == "warning" || level == "error",
                "a level is one of those documented");
    }

    test::ManualClock clock_;
    EventLoop loop_{clock_};
    EventLog log_{loop_, method<&OperatedDaemon::on_log_progress>(*this), -1};
    std::unique_ptr<ConnectionContext> context_{std::make_unique<ConnectionContext>(loop_, log_)};
    std::array<UniqueFd, 2> clients_;
    std::array<std::string, 2> said_;
    std::optional<ControlServer> server_;
    bool reloads_ = false;
};

// An operator's program, and what it may expect.
class Operator {
   public:
    explicit Operator(UniqueFd socket) noexcept : socket_{std::move(socket)} {}

    // Sends up to `size` bytes, and takes them off `bytes`.
    void send(std::string_view& bytes, std::size_t size) {
        const std::string_view some = bytes.substr(0, size);
        if (!socket_ || some.empty()) return;
        const ssize_t count = ::send(socket_.get(), some.data(), some.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        sent_.append(some, 0, static_cast<std::size_t>(count));
        bytes.remove_prefix(static_cast<std::size_t>(count));
        expect();
    }
    void hear() {
        if (!socket_) return;
        heard_ += all_of(socket_.get());
        for (std::size_t end = 0; (end = heard_.find('\0')) != std::string::npos;) {
            check_reply(std::string_view{heard_}.substr(0, end));
            heard_.erase(0, end + 1);
        }
    }
    void half_close() const noexcept { ::shutdown(socket_.get(), SHUT_WR); }
    void leave() noexcept { socket_.reset(); }

    [[nodiscard]] std::uint64_t expected() const noexcept { return expected_; }
    [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
    // Whether it may have begun to follow records; it then gets no other replies.
    [[nodiscard]] bool follows() const noexcept { return follows_; }

   private:
    // Expects one reply to each whole call that wants one.
    void expect() {
        for (std::size_t end = 0; (end = sent_.find('\0')) != std::string::npos;) {
            const auto call = varlink::parse_call(std::string_view{sent_}.substr(0, end));
            sent_.erase(0, end + 1);
            if (bad_) continue;
            bad_ = !call;
            follows_ = follows_ || (call && call->more && call->method == "org.harkd.Tail");
            if (bad_ || !call->oneway) ++expected_;
        }
    }
    void check_reply(std::string_view message) {
        require(utf8::scan(message).valid == message.size(), "a reply is UTF-8");
        const auto reply = varlink::parse_reply(message);
        require(reply.has_value(), "a reply is Varlink");
        require(reply->error.empty() || reply->error.starts_with("org.varlink.service.") ||
                    reply->error.starts_with("org.harkd."),
                "an error has a name");
        require(!reply->continues || (follows_ && reply->error.empty()),
                "only records come without an end");
        if (!reply->continues) ++answered_;
        require(answered_ <= expected_, "each call has one answer");
    }

    UniqueFd socket_;
    std::string sent_;
    std::string heard_;
    std::uint64_t expected_ = 0;
    std::uint64_t answered_ = 0;
    bool bad_ = false;
    bool follows_ = false;
};

// Expands the calls that `text` abbreviates: a byte whose low four bits are a method's number and
// the others flags, then the parameters. Each NUL ends a call.
std::string calls_of(std::string_view text) {
    constexpr std::array FLAGS{""sv, R"(,"more":true)"sv, R"(,"oneway":true)"sv};
    std::string calls;
    for (bool ends = true; ends;) {
        const std::size_t end = text.find('\0');
        ends = end != std::string_view::npos;
        const std::string_view call = text.substr(0, end);
        const auto first = call.empty() ? 0xFFU : static_cast<unsigned char>(call.front());
        const std::size_t method = first % 16;
        const std::size_t flags = first / 16;
        if (method < METHODS.size() && flags < FLAGS.size()) {
            calls.append(R"({"method":")").append(METHODS[method]).append("\"");
            calls.append(FLAGS[flags]);
            if (call.size() > 1) calls.append(R"(,"parameters":)").append(call.substr(1));
            calls.append("}");
        } else {
            calls.append(call);
        }
        if (ends) calls.push_back('\0');
        text.remove_prefix(ends ? end + 1 : text.size());
    }
    return calls;
}

void check_alive(OperatedDaemon& daemon) {
    Operator other{daemon.connect_operator()};
    std::string_view call{"{\"method\":\"org.harkd.Status\"}\0", 30};
    other.send(call, call.size());
    for (int round = 0; round < 1000 && other.answered() == 0; ++round) {
        daemon.rounds(1);
        other.hear();
    }
    require(other.answered() == 1, "others are served");
}

}  // namespace

void control(std::string_view bytes) {
    constexpr std::size_t MAX_SCRIPT = 24;
    constexpr std::array<std::size_t, 8> SIZES{1, 7, 30, 60, 100, 500, 3000, 8192};
    Input input{bytes};
    const std::string_view script = input.tail(input.below(MAX_SCRIPT));
    const std::string calls = calls_of(input.text());
    std::string_view rest = calls;
    OperatedDaemon daemon;
    Operator caller{daemon.connect_operator()};
    bool stays = true;
    for (const char each : script) {
        const auto step = static_cast<std::uint8_t>(each);
        const std::size_t much = step / 32U;
        switch (step % 8U) {
            case 0:
                daemon.talk("hello\xFF\n");
                break;
            case 1:
                caller.hear();
                break;
            case 2:
                if (much == 7) {
                    caller.leave();
                    stays = false;
                }
                break;
            case 3:
                // A slow operator is disconnected after 30 seconds.
                daemon.pass(much == 7 ? 31s : 1s);
                stays = stays && much < 7;
                break;
            default:
                caller.send(rest, SIZES[much]);
                break;
        }
        daemon.rounds(2);
        daemon.check_clients();
    }
    for (int round = 0; round < 2000 && !rest.empty() && stays; ++round) {
        caller.send(rest, rest.size());
        daemon.rounds(1);
        caller.hear();
    }
    if (stays) caller.half_close();
    for (int round = 0; round < 2000 && caller.answered() < caller.expected() && stays; ++round) {
        daemon.rounds(1);
        caller.hear();
    }
    require(!stays || caller.follows() || caller.answered() == caller.expected(),
            "each call is answered");
    daemon.check_clients();
    check_alive(daemon);
}

}  // namespace hark::fuzz
