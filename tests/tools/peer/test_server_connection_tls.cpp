#include "tests/tools/peer/tls_server.hpp"
#include "tools/peer/tls_client.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using test::Client;
using test::has;
using test::localhost;
using test::TlsServer;
using test::trusting;
using test::until;

TEST_CASE("a conversation by TLS") {
    Client client;
    TlsServer server{localhost()};
    const TlsClient tls{trusting(), "127.0.0.1"};
    client.connection.open(server.endpoint(), &tls);
    CHECK(client.connection.opening());
    until(client, server, [&] { return client.connection.connected() && server.open; });
    CHECK(client.address == "127.0.0.1:" + std::to_string(server.endpoint().port));
    server.send("220 ready\r\n250 o");
    client.connection.send("hello\n");
    until(client, server, [&] { return client.lines.size() == 1 && server.received == "hello\n"; });
    server.send("k #1\r\nlast words");
    server.session->close();
    until(client, server, [&] { return client.ended.has_value(); });
    CHECK(client.lines == std::vector<std::string>{"220 ready", "250 ok #1", "last words"});
    CHECK(client.ended == Disconnect::closed);
    // The server can tell that nothing is missing.
    until(client, server, [&] { return server.ended; });
    CHECK_FALSE(server.session->truncated());
}

TEST_CASE("an end without close_notify is a loss") {
    Client client;
    TlsServer server{localhost()};
    const TlsClient tls{trusting(), "127.0.0.1"};
    client.connection.open(server.endpoint(), &tls);
    until(client, server, [&] { return client.connection.connected() && server.open; });
    server.send("220 ready\r\n");
    server.hang_up();
    client.until([&] { return client.ended.has_value(); });
    CHECK(client.lines == std::vector<std::string>{"220 ready"});
    CHECK(client.ended == Disconnect::lost);
    CHECK(has(client.why, "cut off"));
}

TEST_CASE("much output, by TLS, to a server that reads late, and then our end") {
    Client client;
    TlsServer server{localhost()};
    const TlsClient tls{trusting(), "127.0.0.1"};
    client.connection.open(server.endpoint(), &tls);
    until(client, server, [&] { return client.connection.connected() && server.open; });
    server.reading = false;
    std::string sent;
    for (int line = 0; sent.size() < 64 * ServerConnection::OUTPUT_LIMIT; ++line) {
        sent += "line " + std::to_string(line) + " of many\n";
    }
    client.connection.send(sent);
    client.connection.end_output();
    // Until the kernel's buffers are full.
    std::size_t before = 0;
    client.until([&] {
        return std::exchange(before, client.connection.unsent()) == client.connection.unsent();
    });
    CHECK_FALSE(client.connection.has_room());
    server.reading = true;
    until(client, server, [&] { return server.ended; });
    CHECK(server.received == sent);
    CHECK_FALSE(server.session->truncated());
    CHECK(client.rooms == 1);
    // The server can still be heard.
    server.send("\x06\x06");
    until(client, server, [&] { return client.bytes.size() == 2; });
    server.session->close();
    until(client, server, [&] { return client.ended.has_value(); });
    CHECK(client.ended == Disconnect::closed);
}

TEST_CASE("much input, by TLS") {
    Client client;
    TlsServer server{localhost()};
    const TlsClient tls{trusting(), "127.0.0.1"};
    client.connection.open(server.endpoint(), &tls);
    until(client, server, [&] { return client.connection.connected() && server.open; });
    const std::string line = std::string(1000, 'x') + "\n";
    constexpr std::size_t LINES = 2000;
    std::size_t written = 0;
    until(client, server, [&] {
        while (written < LINES && !server.session->wants_output()) {
            if (server.session->send(line) < 0) break;
            ++written;
        }
        static_cast<void>(server.session->flush());
        return client.lines.size() == LINES;
    });
    CHECK(client.bytes.size() == LINES * line.size());
}

TEST_CASE("a server without TLS") {
    const TlsClient tls{trusting(), "127.0.0.1"};
    const UniqueFd listener = test::tcp_listener();
    for (const std::string line : {"220 ready", "421 too many connections"}) {
        CAPTURE(line);
        Client client;
        client.connection.open({"127.0.0.1", test::port_of(listener.get())}, &tls);
        client.until([&] { return test::poll_for(listener.get(), POLLIN, 0) != 0; });
        const UniqueFd socket{
            test::checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4")};
        test::send_all(socket.get(), line + "\r\n");
        client.until([&] { return client.ended.has_value(); });
        CHECK(client.ended == Disconnect::unreachable);
        CHECK(has(client.why, "does not speak TLS"));
        // A refusal says why.
        CHECK(client.lines.size() == (line.starts_with("421") ? 1 : 0));
        for (const std::string& heard : client.lines) CHECK(heard == line);
        CHECK(client.address.empty());
    }
}

TEST_CASE("closing during the handshake says nothing more") {
    Client client;
    TlsServer server{localhost()};
    server.silent = true;
    const TlsClient tls{trusting(), "127.0.0.1"};
    client.connection.open(server.endpoint(), &tls);
    for (int round = 0; round < 10; ++round) {
        server.pump();
        client.loop.run_once(std::chrono::milliseconds{1});
    }
    CHECK(client.connection.opening());
    CHECK_FALSE(client.connection.connected());
    client.connection.close();
    client.loop.run_once(std::chrono::milliseconds{1});
    CHECK_FALSE(client.ended.has_value());
}
