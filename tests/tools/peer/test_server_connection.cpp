#include "tests/support/sockets.hpp"
#include "tests/tools/peer/client.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

using test::Client;

struct Server {
    UniqueFd listener = test::tcp_listener();
    UniqueFd socket;

    [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", test::port_of(listener.get())}; }
    void connect(Client& client) {
        client.connection.open(endpoint());
        client.until([&] { return client.connection.connected(); });
        socket.reset(
            test::checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
    }
};

std::uint16_t port_nobody_listens_on() {
    return test::port_of(test::tcp_listener().get());
}

}  // namespace

TEST_CASE("a conversation") {
    Client client;
    Server server;
    server.connect(client);
    CHECK(client.address == "127.0.0.1:" + std::to_string(server.endpoint().port));
    test::send_all(server.socket.get(), "220 ready\r\n250 o");
    client.connection.send("hello\n");
    client.until([&] { return client.lines.size() == 1; });
    char buffer[16];
    CHECK(::recv(server.socket.get(), buffer, sizeof buffer, 0) == 6);
    CHECK(client.connection.taken() == 6);
    test::send_all(server.socket.get(), "k #1\r\nlast words");
    server.socket.reset();
    client.until([&] { return client.ended.has_value(); });
    CHECK(client.lines == std::vector<std::string>{"220 ready", "250 ok #1", "last words"});
    CHECK(client.ends.back() == LineEnd::eof);
    CHECK(client.ended == Disconnect::closed);
    CHECK_FALSE(client.connection.connected());
}

TEST_CASE("a name is looked up, and each of its addresses tried") {
    Client client;
    Server server;
    // localhost has an IPv6 address on most machines, where this server does not listen.
    client.connection.open({"localhost", server.endpoint().port});
    client.until([&] { return client.connection.connected(); });
    CHECK(client.address.starts_with("127.0.0.1:"));
}

TEST_CASE("a server that is not there") {
    Client client;
    client.connection.open({"127.0.0.1", port_nobody_listens_on()});
    client.until([&] { return client.ended.has_value(); });
    CHECK(client.ended == Disconnect::unreachable);
    CHECK(client.why.starts_with("127.0.0.1:"));
    CHECK(client.why.find("Connection refused") != std::string::npos);
}

TEST_CASE("an address may stand in brackets, and a name may have none") {
    Client client;
    client.connection.open({"[127.0.0.1]", port_nobody_listens_on()});
    client.until([&] { return client.ended.has_value(); });
    CHECK(client.ended == Disconnect::unreachable);
    client.ended.reset();
    client.connection.open({"256.1.1.1.invalid", 1});
    client.until([&] { return client.ended.has_value(); });
    CHECK(client.ended == Disconnect::no_address);
    CHECK_FALSE(client.why.empty());
}

TEST_CASE("closing while it is looked up or connected says nothing more") {
    Client client;
    Server server;
    client.connection.open({"localhost", server.endpoint().port});
    client.connection.close();
    client.loop.run_once(std::chrono::milliseconds{100});
    CHECK(client.address.empty());
    CHECK_FALSE(client.ended.has_value());
}

TEST_CASE("a listener may close at any line") {
    Client client;
    Server server;
    server.connect(client);
    client.closes_after = 2;
    test::send_all(server.socket.get(), "one\ntwo\nthree\n");
    client.until([&] { return !client.connection.connected(); });
    CHECK(client.lines == std::vector<std::string>{"one", "two"});
    CHECK_FALSE(client.ended.has_value());
}

TEST_CASE("what the server said is read before its reset is heard") {
    Client client;
    Server server;
    server.connect(client);
    client.connection.send("never read\n");
    client.loop.run_once(std::chrono::milliseconds{10});
    test::send_all(server.socket.get(), "421 go away\r\n");
    server.socket.reset();  // with bytes unread: a reset
    client.until([&] {
        if (client.connection.connected()) client.connection.send("more\n");
        return client.ended.has_value();
    });
    CHECK(client.lines == std::vector<std::string>{"421 go away"});
    CHECK((client.ended == Disconnect::lost || client.ended == Disconnect::closed));
}

TEST_CASE("output waits for a server that does not read, and its owner is told of room") {
    Client client;
    Server server;
    server.connect(client);
    const std::string line = std::string(1023, 'x') + "\n";
    std::size_t sent = 0;
    while (client.connection.has_room() || client.rooms == 0) {
        for (; client.connection.has_room(); sent += line.size()) client.connection.send(line);
        client.loop.run_once(std::chrono::milliseconds{1});
        if (!client.connection.has_room()) break;
    }
    // Until the kernel's buffers are full.
    std::uint64_t before = 0;
    client.until([&] {
        for (; client.connection.has_room(); sent += line.size()) client.connection.send(line);
        return std::exchange(before, client.connection.taken()) == client.connection.taken();
    });
    CHECK(client.connection.unsent() < ServerConnection::OUTPUT_LIMIT + line.size());
    client.rooms = 0;
    std::size_t received = 0;
    std::string buffer(65536, '\0');
    client.until([&] {
        const ssize_t size =
            ::recv(server.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) received += static_cast<std::size_t>(size);
        return received == sent;
    });
    CHECK(client.rooms == 1);
    CHECK(client.connection.unsent() == 0);
}

TEST_CASE("a server that is not listened to keeps what it says") {
    Client client;
    Server server;
    server.connect(client);
    client.connection.set_reading(false);
    test::send_all(server.socket.get(), "one\n");
    client.loop.run_once(std::chrono::milliseconds{50});
    CHECK(client.lines.empty());
    client.connection.set_reading(true);
    client.until([&] { return client.lines.size() == 1; });
}

TEST_CASE("half a line is handed on after a quiet time, where that is asked for") {
    Client client;
    Server server;
    client.connection.set_quiet_time(std::chrono::milliseconds{20});
    server.connect(client);
    test::send_all(server.socket.get(), "login: ");
    client.until([&] { return client.lines.size() == 1; });
    CHECK(client.ends.back() == LineEnd::quiet);
    test::send_all(server.socket.get(), "\n");
    client.until([&] { return client.lines.size() == 2; });
    CHECK(client.lines.back().empty());
}

TEST_CASE("our side is closed once all has left, and the server is still heard") {
    Client client;
    Server server;
    server.connect(client);
    const std::string much(ServerConnection::OUTPUT_LIMIT * 2, 'x');
    client.connection.send(much);
    client.connection.end_output();
    std::size_t received = 0;
    bool ended = false;
    std::string buffer(65536, '\0');
    client.until([&] {
        const ssize_t size =
            ::recv(server.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) received += static_cast<std::size_t>(size);
        ended = size == 0;
        return ended;
    });
    CHECK(received == much.size());
    CHECK(client.connection.connected());
    test::send_all(server.socket.get(), "\x06\x06");
    client.until([&] { return client.bytes.size() == 2; });
    CHECK(client.lines.empty());
    server.socket.reset();
    client.until([&] { return client.ended.has_value(); });
    CHECK(client.ended == Disconnect::closed);
    CHECK(client.lines == std::vector<std::string>{"\x06\x06"});
}
