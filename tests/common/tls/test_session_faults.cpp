// Sessions whose socket calls fail or come up short.
#include "tests/common/tls/session_pair.hpp"
#include "tests/support/faults.hpp"

#include <cerrno>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using faults::Call;
using test::received;
using test::SessionPair;

TEST_CASE("session faults: one byte at a time") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SessionPair pair{version};
        faults::Script script;
        script.shorten(Call::recv, 1);
        script.shorten(Call::send, 1);
        REQUIRE(pair.shake_hands());
        CHECK(pair.client->send("hello") == 5);
        CHECK(received(*pair.server) == "hello");
        pair.client->close();
        ssize_t last = 1;
        CHECK(received(*pair.server, last).empty());
        CHECK(last == 0);
        CHECK_FALSE(pair.server->truncated());
    }
}

TEST_CASE("session faults: no room during the handshake") {
    SessionPair pair;
    faults::Script script;
    script.fail(Call::send, EAGAIN, {.fd = pair.sockets.server.get()});
    CHECK_FALSE(pair.step());
    CHECK(pair.server_progress == tls::Session::Progress::wants_output);
    script.heal();
    CHECK(pair.shake_hands());
}

TEST_CASE("session faults: no room for a record, or for half of it") {
    for (const std::size_t room : {0U, 1U, 20U}) {
        SessionPair pair;
        REQUIRE(pair.shake_hands());
        faults::Script script;
        const int socket = pair.sockets.server.get();
        if (room > 0) script.shorten(Call::send, room, {.times = 1, .fd = socket});
        script.fail(Call::send, EAGAIN, {.fd = socket});
        std::string text = "250 ok #1\r\n";
        CHECK(pair.server->send(text) == static_cast<ssize_t>(text.size()));
        // The session has its own copy now, so the original may change.
        text.assign(text.size(), 'x');
        CHECK(pair.server->wants_output());
        CHECK(pair.server->send("250 ok #2\r\n") == -EAGAIN);
        CHECK(received(*pair.client).empty());
        script.heal();
        CHECK(pair.server->flush() == 0);
        CHECK_FALSE(pair.server->wants_output());
        CHECK(received(*pair.client) == "250 ok #1\r\n");
        CHECK(pair.server->send("250 ok #2\r\n") == 11);
        CHECK(received(*pair.client) == "250 ok #2\r\n");
    }
}

TEST_CASE("session faults: no room for the end") {
    SessionPair pair;
    REQUIRE(pair.shake_hands());
    faults::Script script;
    script.fail(Call::send, EAGAIN, {.fd = pair.sockets.server.get()});
    pair.server->close();
    CHECK(pair.server->wants_output());
    script.heal();
    CHECK(pair.server->flush() == 0);
    pair.server->close();
    CHECK_FALSE(pair.server->wants_output());
    ssize_t last = 1;
    CHECK(received(*pair.client, last).empty());
    CHECK(last == 0);
    CHECK_FALSE(pair.client->truncated());
}

TEST_CASE("session faults: the socket's errors are the session's") {
    for (const int error : {ECONNRESET, ETIMEDOUT, EHOSTUNREACH}) {
        SessionPair pair;
        REQUIRE(pair.shake_hands());
        CHECK(pair.client->send("before") == 6);
        faults::Script script;
        script.fail(Call::send, error, {.fd = pair.sockets.server.get()});
        CHECK(pair.server->send("x") == -error);
        // What came before can still be read.
        CHECK(received(*pair.server) == "before");
        script.fail(Call::recv, error, {.fd = pair.sockets.server.get()});
        char byte = 0;
        CHECK(pair.server->recv({&byte, 1}) == -error);
        CHECK_FALSE(pair.server->truncated());
        pair.server->close();
    }
    SessionPair pair;
    faults::Script script;
    script.fail(Call::recv, ECONNRESET, {.fd = pair.sockets.server.get()});
    CHECK(pair.server->shake_hands() == tls::Session::Progress::failed);
    CHECK(pair.server->failure() == tls::Failure::gone);
}

TEST_CASE("session faults: no room for the answer to new keys") {
    SessionPair pair{TLS1_3_VERSION};
    REQUIRE(pair.shake_hands());
    REQUIRE(SSL_key_update(&pair.client->ssl(), SSL_KEY_UPDATE_REQUESTED) == 1);
    CHECK(pair.client->send("hello") == 5);
    faults::Script script;
    script.fail(Call::send, EAGAIN, {.fd = pair.sockets.server.get()});
    CHECK(received(*pair.server) == "hello");
    CHECK(pair.server->send("250 ok") == 6);
    CHECK(pair.server->wants_output());
    CHECK(received(*pair.server).empty());
    script.heal();
    CHECK(pair.server->flush() == 0);
    CHECK_FALSE(pair.server->wants_output());
    CHECK(received(*pair.client) == "250 ok");
}

TEST_CASE("session faults: reading waits for room for the answers to new keys") {
    SessionPair pair{TLS1_3_VERSION};
    REQUIRE(pair.shake_hands());
    for (int count = 0; count < 3; ++count) {
        REQUIRE(SSL_key_update(&pair.client->ssl(), SSL_KEY_UPDATE_REQUESTED) == 1);
        REQUIRE(SSL_do_handshake(&pair.client->ssl()) == 1);
    }
    CHECK(pair.client->send("hello") == 5);
    faults::Script script;
    script.fail(Call::send, EAGAIN, {.fd = pair.sockets.server.get()});
    CHECK(received(*pair.server).empty());
    CHECK(pair.server->reading_waits());
    CHECK(pair.server->wants_output());
    script.heal();
    CHECK(pair.server->flush() == 0);
    CHECK_FALSE(pair.server->reading_waits());
    CHECK(received(*pair.server) == "hello");
    CHECK_FALSE(pair.server->wants_output());
}
