#include "common/nats/commands.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("nats commands: publish and subscribe") {
    std::string text;
    nats::append_publish(text, "hark.a", "_INBOX.x.1", "NATS/1.0\r\n\r\n", "hello");
    CHECK(text == "HPUB hark.a _INBOX.x.1 12 17\r\nNATS/1.0\r\n\r\nhello\r\n");
    text.clear();
    nats::append_publish(text, "hark.a", "_INBOX.x.1", {}, {});
    CHECK(text == "PUB hark.a _INBOX.x.1 0\r\n\r\n");
    text.clear();
    nats::append_subscribe(text, "_INBOX.x.*", "1");
    CHECK(text == "SUB _INBOX.x.* 1\r\n");
}

TEST_CASE("nats commands: connect says who we are, and only what there is") {
    const auto connect = [](const nats::Options& options) {
        std::string text;
        nats::append_connect(text, options, "harkd 5f3a9c01", true);
        CHECK(text.starts_with("CONNECT {"));
        CHECK(text.ends_with("}\r\n"));
        CHECK(text.find("\"no_responders\":true") != std::string::npos);
        CHECK(text.find("\"headers\":true") != std::string::npos);
        CHECK(text.find("\"tls_required\":true") != std::string::npos);
        return text;
    };
    const std::string nobody = connect({});
    CHECK(nobody.find("user") == std::string::npos);
    CHECK(nobody.find("auth_token") == std::string::npos);
    const std::string user = connect({.user = "hark", .password = "a\"b"});
    CHECK(user.find("\"user\":\"hark\"") != std::string::npos);
    CHECK(user.find("\"pass\":\"a\\\"b\"") != std::string::npos);
    CHECK(connect({.token = "t"}).find("\"auth_token\":\"t\"") != std::string::npos);
}
