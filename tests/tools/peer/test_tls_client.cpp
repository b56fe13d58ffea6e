// Which servers a client trusts, and which trust it.
#include "tests/tools/peer/tls_server.hpp"
#include "tools/peer/tls_client.hpp"

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using test::authority;
using test::Client;
using test::has;
using test::localhost;
using test::TlsServer;
using test::trusting;
using test::until;

namespace {

// Why the connection fails.
std::string complaint(TlsServer& server, const tls::ClientOptions& options,
                      const std::string& host = "127.0.0.1") {
    Client client;
    const TlsClient tls{options, host};
    client.connection.open(server.endpoint(), &tls);
    until(client, server, [&] { return client.ended.has_value(); });
    CHECK(client.ended == Disconnect::distrusted);
    return client.why;
}

}  // namespace

TEST_CASE("a server that cannot be trusted") {
    TlsServer good{localhost()};
    const std::string stranger =
        complaint(good, {true, {test::Authority{"Another CA"}.ca(), {}, {}}, {}});
    CHECK(has(stranger, "issuer is unknown"));
    CHECK(has(stranger, "(--ca FILE)"));

    TlsServer expired{authority().issue("expired", "IP:127.0.0.1", {-2, -1})};
    CHECK(has(complaint(expired, trusting()), "has expired"));
    TlsServer early{authority().issue("early", "IP:127.0.0.1", {1, 2})};
    CHECK(has(complaint(early, trusting()), "not valid yet"));
    TlsServer alone{authority().self_signed("alone", "IP:127.0.0.1")};
    CHECK(has(complaint(alone, trusting()), "self-signed"));
}

TEST_CASE("a server with another name") {
    TlsServer server{authority().issue("other", "DNS:other.example.org")};
    const std::string why = complaint(server, trusting());
    CHECK(has(why, "another host"));
    CHECK(has(why, "(--server-name NAME)"));
    for (const char* name : {"other.example.org", "OTHER.example.org."}) {
        CAPTURE(name);
        Client client;
        TlsServer again{authority().issue("other", "DNS:other.example.org")};
        const TlsClient tls{{true, {authority().ca(), {}, {}}, name}, "127.0.0.1"};
        client.connection.open(again.endpoint(), &tls);
        until(client, again, [&] { return client.connection.connected(); });
    }
}

TEST_CASE("the forms of an address that a certificate is for") {
    const test::CertificateFiles files = authority().issue("six", "IP:::1");
    for (const char* host : {"::1", "[::1]", "::1%lo"}) {
        CAPTURE(host);
        Client client;
        TlsServer server{files};
        const TlsClient tls{trusting(), host};
        client.connection.open(server.endpoint(), &tls);
        until(client, server, [&] { return client.connection.connected(); });
    }
    CHECK_THROWS_AS(TlsClient(trusting(), std::string(300, 'x')), std::runtime_error);
}

TEST_CASE("a server that wants a certificate says so, if late") {
    TlsServer server{localhost(), authority().ca()};
    const std::string why = complaint(server, trusting());
    CHECK(has(why, "requires a certificate"));
    CHECK(has(why, "(--cert FILE --key FILE)"));

    const test::Authority others{"Another CA"};
    const test::CertificateFiles foreign = others.issue("foreign", "");
    CHECK(has(complaint(server, {true, {authority().ca(), foreign.certificate, foreign.key}, {}}),
              "does not know the issuer of our certificate"));
    const test::CertificateFiles old = authority().issue("old", "", {-2, -1});
    CHECK(has(complaint(server, {true, {authority().ca(), old.certificate, old.key}, {}}),
              "our certificate has expired"));

    Client client;
    const test::CertificateFiles ours = authority().issue("ours", "");
    const TlsClient tls{{true, {authority().ca(), ours.certificate, ours.key}, {}}, "127.0.0.1"};
    TlsServer again{localhost(), authority().ca()};
    client.connection.open(again.endpoint(), &tls);
    until(client, again, [&] { return client.connection.connected() && again.open; });
}

TEST_CASE("files that cannot be used") {
    CHECK_THROWS_AS(TlsClient({true, {"/nonexistent", {}, {}}, {}}, "x"), std::runtime_error);
    const test::CertificateFiles one = authority().issue("one", "");
    const test::CertificateFiles two = authority().issue("two", "");
    CHECK_THROWS_AS(TlsClient({true, {authority().ca(), one.certificate, two.key}, {}}, "x"),
                    std::runtime_error);
}
