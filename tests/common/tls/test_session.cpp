// Sessions on sockets without faults.
#include "common/tls/session.hpp"
#include "tests/common/tls/session_pair.hpp"

#include <cerrno>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using test::received;
using test::SessionPair;

TEST_CASE("session: text goes both ways, with each version") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SessionPair pair{version};
        REQUIRE(pair.shake_hands());
        CHECK(pair.server->version() == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
        CHECK(pair.client->send("hello") == 5);
        CHECK(received(*pair.server) == "hello");
        CHECK(pair.server->send("250 ok") == 6);
        CHECK(received(*pair.client) == "250 ok");
        char byte = 0;
        CHECK(pair.server->recv({&byte, 1}) == -EAGAIN);
        CHECK_FALSE(pair.server->wants_output());
        CHECK(pair.server->flush() == 0);
    }
}

TEST_CASE("session: what is left of a record is pending") {
    SessionPair pair;
    REQUIRE(pair.shake_hands());
    CHECK(pair.server->pending() == 0);
    CHECK(pair.client->send("abc") == 3);
    CHECK(pair.client->send("de") == 2);
    char byte = 0;
    CHECK(pair.server->recv({&byte, 1}) == 1);
    CHECK(pair.server->pending() == 2);
    // The next record is still in the socket, which epoll reports.
    CHECK(test::poll_for(pair.sockets.server.get(), POLLIN, 0) == POLLIN);
    ssize_t last = 0;
    CHECK(received(*pair.server, last, 1) == "bcde");
    CHECK(last == -EAGAIN);
    CHECK(pair.server->pending() == 0);
}

TEST_CASE("session: the end, said and not said") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const bool said : {true, false}) {
            SessionPair pair{version};
            REQUIRE(pair.shake_hands());
            CHECK(pair.client->send("last words") == 10);
            if (said) {
                pair.client->close();
                pair.client->close();
            } else {
                ::shutdown(pair.sockets.client.get(), SHUT_WR);
            }
            ssize_t last = 1;
            CHECK(received(*pair.server, last) == "last words");
            CHECK(last == 0);
            CHECK(pair.server->truncated() == !said);
            // The other direction stays open.
            CHECK(pair.server->send("250 ok") == 6);
            pair.server->close();
            CHECK(received(*pair.client, last) == "250 ok");
            CHECK(last == 0);
            CHECK_FALSE(pair.client->truncated());
            CHECK(received(*pair.server, last).empty());
            CHECK(last == 0);
        }
    }
}

TEST_CASE("session: an end in the middle of a record is no good one") {
    SessionPair pair;
    REQUIRE(pair.shake_hands());
    test::send_all(pair.sockets.client.get(), std::string_view{"\x17\x03\x03\x00\x20half", 9});
    ::shutdown(pair.sockets.client.get(), SHUT_WR);
    ssize_t last = 1;
    CHECK(received(*pair.server, last).empty());
    CHECK(last == 0);
    CHECK(pair.server->truncated());
}

TEST_CASE("session: what is no record breaks it") {
    SessionPair pair;
    REQUIRE(pair.shake_hands());
    test::send_all(pair.sockets.client.get(), "hello in plain text\n");
    char byte = 0;
    CHECK(pair.server->recv({&byte, 1}) == -EPROTO);
    CHECK_FALSE(pair.server->truncated());
    CHECK(pair.server->send("x") < 0);
}

TEST_CASE("session: a socket that is full, and then read") {
    SessionPair pair;
    REQUIRE(pair.shake_hands());
    std::string sent;
    while (!pair.server->wants_output()) {
        const std::string text(20'000, static_cast<char>('a' + sent.size() % 26));
        const ssize_t count = pair.server->send(text);
        REQUIRE(count > 0);
        sent.append(text, 0, static_cast<std::size_t>(count));
        REQUIRE(sent.size() < 100'000'000);
    }
    CHECK(pair.server->send("more") == -EAGAIN);
    CHECK(pair.server->flush() == -EAGAIN);
    // The close_notify waits behind it.
    pair.server->close();
    CHECK(pair.server->wants_output());
    std::string got;
    ssize_t last = -EAGAIN;
    for (int rounds = 0; last != 0 && rounds < 10'000; ++rounds) {
        got += received(*pair.client, last);
        static_cast<void>(pair.server->flush());
    }
    CHECK(last == 0);
    CHECK_FALSE(pair.client->truncated());
    CHECK_FALSE(pair.server->wants_output());
    CHECK(got == sent);
}

TEST_CASE("session: why a handshake failed") {
    SessionPair expired{0, {.seconds = -60}};
    CHECK_FALSE(expired.shake_hands());
    CHECK(expired.client->failure() == tls::Failure::expired);
    CHECK(expired.server->failure() == tls::Failure::ours_expired);

    SessionPair gone;
    gone.sockets.client.reset();
    CHECK(gone.server->shake_hands() == tls::Session::Progress::failed);
    CHECK(gone.server->failure() == tls::Failure::gone);

    SessionPair plain;
    test::send_all(plain.sockets.client.get(), "GET / HTTP/1.1\r\n\r\n");
    CHECK(plain.server->shake_hands() == tls::Session::Progress::failed);
    CHECK(plain.server->failure() == tls::Failure::not_tls);

    SessionPair wrong;
    REQUIRE(tls::expect_server(wrong.client->ssl(), "other.example.org"));
    CHECK_FALSE(wrong.shake_hands());
    CHECK(wrong.client->failure() == tls::Failure::wrong_name);

    SessionPair right{0, {.san = "DNS:a.example.org, IP:127.0.0.1"}};
    REQUIRE(tls::expect_server(right.client->ssl(), "127.0.0.1"));
    CHECK(right.shake_hands());
}

TEST_CASE("session: the server's name as people write it") {
    for (const std::string name : {"a.example.org", "A.Example.org.", "127.0.0.1", "fe80::1",
                                   "[fe80::1]", "fe80::1%eth0", "[fe80::1%eth0]"}) {
        CAPTURE(name);
        SessionPair pair{0, {.san = "DNS:a.example.org, IP:127.0.0.1, IP:fe80::1"}};
        REQUIRE(tls::expect_server(pair.client->ssl(), name));
        CHECK(pair.shake_hands());
    }
    for (const std::string name : {"b.example.org", "127.0.0.2", "[fe80::2]"}) {
        CAPTURE(name);
        SessionPair pair{0, {.san = "DNS:a.example.org, IP:127.0.0.1, IP:fe80::1"}};
        REQUIRE(tls::expect_server(pair.client->ssl(), name));
        CHECK_FALSE(pair.shake_hands());
        CHECK(pair.client->failure() == tls::Failure::wrong_name);
    }
    SessionPair pair;
    for (const std::string& name :
         {std::string{}, std::string{"."}, std::string{"[]"}, std::string(300, 'a')}) {
        CAPTURE(name);
        CHECK_FALSE(tls::expect_server(pair.client->ssl(), name));
    }
}

TEST_CASE("session: new keys without end do not keep a reader busy") {
    constexpr int MANY = 200;
    SessionPair pair{TLS1_3_VERSION};
    REQUIRE(pair.shake_hands());
    for (int count = 0; count < MANY; ++count) {
        REQUIRE(SSL_key_update(&pair.client->ssl(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
        REQUIRE(SSL_do_handshake(&pair.client->ssl()) == 1);
    }
    CHECK(pair.client->send("hello") == 5);
    char byte = 0;
    CHECK(pair.server->recv({&byte, 1}) == -EAGAIN);
    // epoll reports the rest.
    CHECK(test::poll_for(pair.sockets.server.get(), POLLIN, 0) == POLLIN);
    std::string text;
    for (int count = 0; count < MANY && text.empty(); ++count) text = received(*pair.server);
    CHECK(text == "hello");
    CHECK(pair.client->send("bye") == 3);
    CHECK(received(*pair.server) == "bye");
}
