// A control server with connections to ask about, on a loop whose clock a test moves.
#pragma once

#include "common/varlink/json.hpp"
#include "common/varlink/message.hpp"
#include "daemon/control/control_server.hpp"
#include "tests/daemon/connection/small_daemon.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/unix_sockets.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace hark::test {

using varlink::Json;

// A client at the socket `path`, blocking and patient.
[[nodiscard]] inline UniqueFd unix_client(const std::string& path) {
    UniqueFd socket{checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    make_patient(socket.get());
    const UnixAddress address = unix_address(path);
    checked(::connect(socket.get(), address.raw(), address.size), "connect");
    return socket;
}

// One message with its NUL.
template <typename Message>
[[nodiscard]] std::string bytes_of(const Message& message) {
    std::string bytes;
    varlink::append(bytes, message);
    return bytes;
}

inline constexpr const char* STATUS = "org.harkd.Status";

[[nodiscard]] inline std::string call(std::string method, Json parameters = Json::object(),
                                      bool more = false) {
    return bytes_of(varlink::Call{
        .method = std::move(method), .parameters = std::move(parameters), .more = more});
}
[[nodiscard]] inline std::string oneway(std::string method, Json parameters = Json::object()) {
    return bytes_of(varlink::Call{
        .method = std::move(method), .parameters = std::move(parameters), .oneway = true});
}

// A reply with its parameters at hand.
struct Reply {
    Json parameters;
    std::string error;
    bool continues = false;
};

// The messages in `bytes`, all of them whole.
[[nodiscard]] inline std::vector<Reply> replies_in(std::string_view bytes) {
    std::vector<Reply> replies;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\0');
        REQUIRE(end != std::string_view::npos);
        auto reply = varlink::parse_reply(bytes.substr(0, end));
        REQUIRE(reply);
        replies.push_back({std::move(*reply->parameters), reply->error, reply->continues});
        bytes.remove_prefix(end + 1);
    }
    return replies;
}

struct ControlFixture : SmallDaemon, ControlOwner {
    ControlFixture() { serve(AccessRules{std::nullopt}); }

    void serve(AccessRules rules) {
        server.reset();
        server.emplace(loop, *context, static_cast<ControlOwner&>(*this), ControlSocket{path},
                       rules, "00000000");
    }

    [[nodiscard]] UniqueFd control() {
        UniqueFd client = unix_client(path);
        round();  // in which it is accepted
        return client;
    }
    // Replies, once `count` of them have come.
    [[nodiscard]] std::vector<Reply> replies(int client, std::size_t count) {
        std::string bytes;
        await([&] {
            bytes += said(client);
            return static_cast<std::size_t>(std::ranges::count(bytes, '\0')) >= count;
        });
        auto all = replies_in(bytes);
        REQUIRE(all.size() == count);
        return all;
    }
    [[nodiscard]] Reply reply(int client) { return std::move(replies(client, 1).front()); }
    [[nodiscard]] Reply ask(int client, std::string_view bytes) {
        send_all(client, bytes);
        return reply(client);
    }
    // From a client that connects just for this.
    [[nodiscard]] Reply ask(std::string_view bytes) { return ask(control().get(), bytes); }
    // Whether the daemon has closed it without sending anything more. Input that the daemon had not
    // read makes the end a reset.
    [[nodiscard]] bool is_closed(int client) {
        char byte = 0;
        if (!run_until(loop, [&] { return poll_for(client, POLLIN, 0) != 0; })) return false;
        const ssize_t count = ::recv(client, &byte, 1, MSG_DONTWAIT);
        return count == 0 || (count < 0 && errno == ECONNRESET);
    }
    // A follower.
    [[nodiscard]] UniqueFd tail(Json parameters = Json::object()) {
        UniqueFd client = control();
        send_all(client.get(), call("org.harkd.Tail", std::move(parameters), true));
        rounds(3);
        REQUIRE(poll_for(client.get(), POLLIN, 0) == 0);
        return client;
    }
    void rounds(int count) {
        for (; count > 0; --count) round();
    }
    // Appends a record of a message of connection 17, without a round.
    void record(std::string_view text, std::string_view peer = "192.0.2.7:51324") {
        const Content content{.message = 1, .text = text, .bytes = text.size(), .raw = text};
        const auto address = SocketAddress::parse(peer);
        log.append({.event = Event::message,
                    .time = loop.wall_now(),
                    .connection = 17,
                    .peer = {.text = peer, .address = address ? &*address : nullptr},
                    .content = &content});
    }

    // What a Server does.
    [[nodiscard]] ServiceStatus status() override {
        return {.version = "test",
                .listening = {{.address = "[::]:8765",
                               .framing = "length",
                               .charset = "big5",
                               .replies = "ack",
                               .telnet = false,
                               .record_connections = "used",
                               .tls = {{.certificate = "/c\n",
                                        .expires = WallTime{std::chrono::seconds{1'801'396'800}},
                                        .client_certificates = true}}}},
                .unused_connections = 7};
    }
    Status reload_now() override {
        ++reloads;
        return refusal.empty() ? Status{} : Status::failed(refusal);
    }
    void on_call(const Credentials& who, std::string_view method) override {
        calls.emplace_back(method);
        caller = who;
    }
    Status begin_restart() override {
        ++restarts;
        return refusal.empty() ? Status{} : Status::failed(refusal);
    }
    void set_level(std::string_view wanted) override { level = wanted; }

    TemporaryFolder folder;
    std::string path = folder / "control";
    std::optional<ControlServer> server;
    int reloads = 0;
    std::string refusal;
    int restarts = 0;
    std::string level;
    std::vector<std::string> calls;
    Credentials caller;
};

}  // namespace hark::test
