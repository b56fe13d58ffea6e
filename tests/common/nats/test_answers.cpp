#include "common/nats/answers.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

TEST_CASE("nats answers: what is nested without end is left out") {
    const std::string brackets(1 << 20, '[');
    CHECK(nats::parse_publish_answer(brackets).error);
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    const nats::PublishAnswer answer =
        nats::parse_publish_answer(R"({"stream":"HARK","x":)" + deep + R"(,"seq":7})");
    CHECK(answer.sequence == 7);
    CHECK(answer.stream == "HARK");
}

TEST_CASE("jetstream: acknowledgements") {
    const auto stored = nats::parse_publish_answer(R"({"stream":"HARK", "seq":17})");
    CHECK_FALSE(stored.error);
    CHECK(stored.stream == "HARK");
    CHECK(stored.sequence == 17);
    CHECK_FALSE(stored.is_duplicate);
    CHECK(nats::parse_publish_answer(R"({"stream":"S","seq":1,"duplicate":true})").is_duplicate);

    const auto refused = nats::parse_publish_answer(
        R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 1"},)"
        R"("stream":"S","seq":5})");
    REQUIRE(refused.error);
    CHECK(refused.error->number == nats::WRONG_LAST_SEQUENCE);
    CHECK(refused.error->text == "wrong last sequence: 1");
    CHECK(refused.sequence == 0);
    // None of these is an acknowledgement.
    for (const char* const text :
         {"", "+ACK", "[]", "{", R"({"error":null})", R"({"error":{}})", "null"}) {
        CAPTURE(text);
        const auto answer = nats::parse_publish_answer(text);
        CHECK(answer.error);
        CHECK_FALSE(answer.error->text.empty());
    }
    for (const char* const text :
         {"{}", R"({"stream":"S","seq":"17"})", R"({"stream":"S","seq":-17})",
          R"({"stream":"S","seq":17.5})", R"({"stream":"S","seq":0,"duplicate":true})"}) {
        CAPTURE(text);
        CHECK(nats::parse_publish_answer(text).sequence == 0);
    }
}

TEST_CASE("jetstream: streams") {
    const auto stream = nats::parse_stream_description(
        R"({"config":{"name":"HARK","subjects":["hark.>"],"retention":"limits","storage":"file",)"
        R"("num_replicas":3,"max_msg_size":-1,"duplicate_window":120000000000},"state":{)"
        R"("messages":4,"first_seq":2,"last_seq":5},"cluster":{"leader":"n2","replicas":[)"
        R"({"name":"n1","current":true,"lag":0},{"name":"n3","current":false,"offline":true}]}})");
    CHECK_FALSE(stream.error);
    CHECK(stream.name == "HARK");
    CHECK(stream.subjects == std::vector<std::string>{"hark.>"});
    CHECK(stream.retention == "limits");
    CHECK(stream.storage == "file");
    CHECK(stream.replicas == 3);
    CHECK(stream.max_message == 0);
    CHECK(stream.duplicate_window == 120s);
    CHECK_FALSE(stream.is_mirror);
    CHECK_FALSE(stream.never_answers);
    CHECK(stream.leader == "n2");
    CHECK(stream.missing == std::vector<std::string>{"n3"});
    CHECK(stream.messages == 4);
    CHECK(stream.last_sequence == 5);
    const auto mirror = nats::parse_stream_description(
        R"({"config":{"name":"M","mirror":{"name":"O"},"no_ack":true,"sealed":true}})");
    CHECK(mirror.is_mirror);
    CHECK(mirror.never_answers);
    CHECK(mirror.is_sealed);
    const auto missing = nats::parse_stream_description(
        R"({"error":{"code":404,"err_code":10059,"description":"stream not found"}})");
    REQUIRE(missing.error);
    CHECK(missing.error->number == nats::STREAM_NOT_FOUND);
}

TEST_CASE("jetstream: a message that is read back") {
    const auto message = nats::parse_stored_message(
        R"({"message":{"subject":"hark.a","seq":2,"hdrs":"TkFUUy8xLjANCg0K","data":"eA=="}})");
    CHECK_FALSE(message.error);
    CHECK(message.subject == "hark.a");
    CHECK(message.sequence == 2);
    CHECK(message.headers == "NATS/1.0\r\n\r\n");
    for (const char* const text :
         {"{}", R"({"message":{}})", R"({"message":{"seq":0}})", R"({"message":[2]})", "x"}) {
        CAPTURE(text);
        CHECK(nats::parse_stored_message(text).error);
    }
    CHECK(nats::parse_stored_message(R"({"message":{"seq":2,"hdrs":"!"}})").headers.empty());
}

TEST_CASE("jetstream: which subjects a pattern covers") {
    CHECK(nats::covers("hark.site7", "hark.site7"));
    CHECK(nats::covers("hark.>", "hark.site7"));
    CHECK(nats::covers("hark.>", "hark.a.b"));
    CHECK(nats::covers(">", "hark.a.b"));
    CHECK(nats::covers("hark.*", "hark.site7"));
    CHECK(nats::covers("*.site7", "hark.site7"));
    CHECK_FALSE(nats::covers("hark.>", "hark"));
    CHECK_FALSE(nats::covers("hark.*", "hark.a.b"));
    CHECK_FALSE(nats::covers("hark.*", "hark"));
    CHECK_FALSE(nats::covers("hark.site", "hark.site7"));
    CHECK_FALSE(nats::covers("", "hark"));
    CHECK_FALSE(nats::covers("hark.a.b", "hark.a"));
}

TEST_CASE("jetstream: requests") {
    CHECK(nats::stream_info_subject("HARK") == "$JS.API.STREAM.INFO.HARK");
    CHECK(nats::message_get_subject("HARK") == "$JS.API.STREAM.MSG.GET.HARK");
    CHECK(nats::last_by_subject("hark.a") == R"({"last_by_subj":"hark.a"})");
}
