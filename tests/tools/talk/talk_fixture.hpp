// A conversation, what its front end is told, and the server's end, on a loop whose clock a test
// moves.
#pragma once

#include "common/loop/event_loop.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"
#include "tools/talk/talk_session.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace hark::test {

using Strings = std::vector<std::string>;

class Talk final : public TalkFront {
   public:
    explicit Talk(TalkSession::Patience patience, bool reconnect = false)
        : options{.server = {"127.0.0.1", port_of(listener.get())}, .reconnect = reconnect},
          session{loop, *this, options, patience, end} {}

    void on_server_line(const LinePiece& piece) noexcept override {
        shown.emplace_back(text.shown(piece));
    }
    void on_notice(const std::string& words) noexcept override { notices.push_back(words); }
    void on_end() noexcept override { ++ends; }
    void on_can_send() noexcept override { ++can_sends; }

    template <typename Condition>
    void await(Condition done) {
        REQUIRE(run_until(loop, done));
    }
    void rounds(int count = 5) {
        for (; count > 0; --count) loop.run_once({});
    }
    void pass(Duration time) {
        clock.advance(time);
        rounds();
    }
    void accept() {
        await([this] { return poll_for(listener.get(), POLLIN, 0) != 0; });
        server.reset(checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
        make_patient(server.get());
    }
    void connect() {
        session.start();
        accept();
        rounds();
    }
    [[nodiscard]] std::string received() {
        await([this] { return poll_for(server.get(), POLLIN, 0) != 0; });
        rounds();
        return recv_some(server.get());
    }
    [[nodiscard]] bool is_quiet() {
        rounds();
        return poll_for(server.get(), POLLIN, 0) == 0;
    }
    // Sends `bytes`, and waits until the front end has been shown `lines` lines.
    void say(std::string_view bytes, std::size_t lines = 0) {
        send_all(server.get(), bytes);
        await([&] { return shown.size() >= lines; });
    }
    [[nodiscard]] int ended() {
        await([this] { return session.over(); });
        CHECK(ends == 1);
        return end.status;
    }

    ManualClock clock;
    EventLoop loop{clock};
    UniqueFd listener = tcp_listener();
    UniqueFd server;
    TalkOptions options;
    TalkEnd end;
    TalkText text;
    Strings shown;
    Strings notices;
    int ends = 0;
    int can_sends = 0;
    TalkSession session;
};

[[nodiscard]] inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace hark::test
