// The daemon's end of the control socket, served by the test.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/varlink/json.hpp"
#include "common/varlink/message.hpp"
#include "common/varlink/stream.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/unix_sockets.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

namespace hark::test {

using varlink::Json;

// The parts of a status that its readers need, without anything of interest.
[[nodiscard]] inline Json plain_status() {
    return Json::parse(R"({
        "version": "0.1.0", "run": "5f3a9c01", "pid": 7, "uptime": 12.5,
        "listeners": ["[::]:8765"], "connections": 1, "max_connections": 2,
        "connections_total": 3, "limits": {"connections": 0, "exempt": []}, "refused": 4,
        "refusals": {}, "slowed": 0, "probes": 5, "messages": 6, "bytes": 7,
        "discarded": 8, "message_rate": {"second": 1, "minute": 0.5},
        "byte_rate": {"second": 10, "minute": 5.0}, "charsets": {"utf-8": 6}, "accepting": true,
        "sinks": [], "memory": 9, "memory_limit": 10, "cpu": 1.25, "latency": {"p50": 0.1, "p99": 0.2, "max": 0.3},
        "tails": 0, "tail_dropped": 0})");
}

[[nodiscard]] inline Json plain_client(std::uint64_t id) {
    return {
        {"id", id},        {"peer", "192.0.2.7:51324"}, {"local", "[::]:8765"}, {"age", 1.5},
        {"idle", 0},       {"messages", 2 * id},        {"bytes", 3 * id},      {"framing", "auto"},
        {"reading", true}, {"limited", false},          {"unread_replies", 0}};
}

class FakeDaemon {
   public:
    explicit FakeDaemon(EventLoop& loop) : loop_{loop} { listen(); }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    void listen() {
        listener_.reset(checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
        const UnixAddress address = unix_address(path_);
        checked(::bind(listener_.get(), address.raw(), address.size), "bind");
        checked(::listen(listener_.get(), 8), "listen");
    }
    // As if it had ended.
    void close() {
        listener_.reset();
        client_.reset();
        ::unlink(path_.c_str());
    }
    // Runs rounds until a client connects.
    void accept() {
        await(listener_.get());
        client_.reset(
            checked(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
        make_patient(client_.get());
        calls_ = varlink::MessageSplitter{1 << 20U};
    }
    void hang_up() { client_.reset(); }

    // The next call; runs rounds until there is one.
    [[nodiscard]] varlink::Call call() {
        while (true) {
            if (const auto message = calls_.next()) {
                auto call = varlink::parse_call(*message);
                REQUIRE(call);
                return std::move(*call);
            }
            await(client_.get());
            REQUIRE(calls_.add(recv_some(client_.get())));
        }
    }
    [[nodiscard]] bool is_quiet() const { return poll_for(client_.get(), POLLIN, 0) == 0; }

    void reply(Json parameters, bool continues = false) {
        say({.parameters = std::move(parameters), .continues = continues});
    }
    void fail(std::string error, Json parameters = Json::object()) {
        say({.parameters = std::move(parameters), .error = std::move(error)});
    }
    // Whether all of `bytes` were taken at once.
    [[nodiscard]] bool try_send(std::string_view bytes) const {
        const ssize_t size =
            ::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return size == static_cast<ssize_t>(bytes.size());
    }

   private:
    void await(int fd) {
        REQUIRE(run_until(loop_, [fd] { return poll_for(fd, POLLIN, 0) != 0; }));
    }
    void say(const varlink::Reply& reply) const {
        std::string bytes;
        varlink::append(bytes, reply);
        send_all(client_.get(), bytes);
    }

    EventLoop& loop_;
    TemporaryFolder folder_;
    std::string path_ = folder_ / "control";
    UniqueFd listener_;
    UniqueFd client_;
    varlink::MessageSplitter calls_{1 << 20U};
};

}  // namespace hark::test
