// What a predecessor has left, which may be anything: it is refused, or a connection goes on from
// it, whatever its client sends next.
#include "daemon/connection/connection_state.hpp"
#include "daemon/server/server_state.hpp"
#include "daemon/state/archive.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/kept_log.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/sockets.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <sys/socket.h>

namespace hark::fuzz {

namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

template <typename Struct>
std::optional<Struct> read_state(std::string_view bytes) {
    try {
        Struct value{};
        StateReader reader{bytes};
        describe(reader, value);
        return value;
    } catch (const StateError&) {
        return std::nullopt;
    }
}

// Takes all records, and looks at none: what a foreign state says need not be true.
class SilentLog final : public Sink {
   public:
    explicit SilentLog(Callback<void()> on_ready) : Sink{"silent", on_ready} {}
    void append(const Record&) noexcept override { ++records_; }
    [[nodiscard]] SinkState commit() noexcept override {
        add_stored(std::exchange(records_, 0));
        return SinkState::clear;
    }
    [[nodiscard]] Backlog backlog() const noexcept override { return {}; }
    void hand_over(SinkHandover&) const override {}
    void take_over(const SinkHandover&) override {}

   private:
    std::uint64_t records_ = 0;
};

ListenerProfile profile_for(Framing framing) {
    ListenerProfile profile;
    profile.framing.framing = framing;
    if (framing == Framing::delimited) {
        profile.framing.begin = Delimiter{"\x0B"sv};
        profile.framing.end = Delimiter{"\x1C\r"sv};
    }
    return profile;
}

class Successor {
   public:
    explicit Successor(const ConnectionState& state)
        : event_log_{loop_, method<&Successor::on_log_progress>(*this), -1} {
        int ends[2];
        test::checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
                      "socketpair");
        client_.reset(ends[0]);
        UniqueFd server{ends[1]};
        event_log_.add(std::make_unique<SilentLog>(event_log_.on_sink_ready()));
        context_ = std::make_unique<ConnectionContext>(loop_, event_log_);
        const ListenerProfile& profile = context_->profiles.keep(profile_for(state.framing));
        check_fits(state, profile);
        Connection& connection = context_->connections.add(std::make_unique<Connection>(
            *context_, ByteStream{std::move(server), nullptr}, state, profile));
        connection.resume();
        loop_.run_once({});
    }

    void send(std::string_view bytes) {
        static_cast<void>(::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
        pass(1ms);
    }
    void pass(Duration time) {
        clock_.advance(time);
        loop_.run_once({});
        loop_.run_once({});
    }
    void finish() {
        ::shutdown(client_.get(), SHUT_WR);
        for (int step = 0; step < 10; ++step) pass(20s);
    }

   private:
    void on_log_progress() noexcept { context_->replies.release_soon(); }

    test::ManualClock clock_;
    EventLoop loop_{clock_};
    EventLog event_log_;
    std::unique_ptr<ConnectionContext> context_;
    UniqueFd client_;
};

void go_on(const ConnectionState& state, std::string_view text) {
    try {
        Successor successor{state};
        successor.send(text);
        successor.pass(101ms);
        successor.send("\r\nnext\n");
        successor.pass(61s);
        successor.finish();
    } catch (const StateError&) {
        // It does not fit its listener.
    }
}

}  // namespace

void state(std::string_view bytes) {
    Input input{bytes};
    const std::size_t kind = input.below(8);
    const std::string_view text = input.tail(input.below(64));
    const std::string_view left = input.text();
    switch (kind) {
        case 0:
            static_cast<void>(read_state<DaemonState>(left));
            break;
        case 1:
            static_cast<void>(read_state<SinkHandover>(left));
            break;
        case 2:
            static_cast<void>(read_state<ProfileState>(left));
            break;
        case 3:
            static_cast<void>(read_state<ArrivalState>(left));
            break;
        default:
            if (const auto connection = read_state<ConnectionState>(left)) go_on(*connection, text);
            break;
    }
}

}  // namespace hark::fuzz
