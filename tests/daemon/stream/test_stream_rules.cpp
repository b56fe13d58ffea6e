#include "daemon/stream/stream_rules.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

const StreamConfig CONFIG{.stream = "HARK", .subject = "hark.site7", .replicas = 3};

nats::StreamDescription good() {
    return {.name = "HARK",
            .subjects = {"other", "hark.>"},
            .retention = "limits",
            .storage = "file",
            .replicas = 3,
            .duplicate_window = 120s};
}

// Why a stream that differs by `change` is unfit.
template <typename Change>
std::string unfit(Change change) {
    nats::StreamDescription stream = good();
    change(stream);
    return why_unfit(stream, CONFIG);
}

}  // namespace

TEST_CASE("stream rules: what is fit") {
    CHECK(why_unfit(good(), CONFIG).empty());
    CHECK(unfit([](auto& stream) { stream.replicas = 5; }).empty());
    CHECK(unfit([](auto& stream) { stream.subjects = {"hark.site7"}; }).empty());
    CHECK(unfit([](auto& stream) { stream.max_message = 16 << 10; }).empty());
}

TEST_CASE("stream rules: what is not, with the reason") {
    CHECK(unfit([](auto& stream) { stream.replicas = 1; }) ==
          "stream HARK has 1 replica, the configuration asks for 3");
    CHECK(unfit([](auto& stream) { stream.storage = "memory"; }) ==
          "stream HARK is in memory: storage \"file\" is needed");
    CHECK(unfit([](auto& stream) { stream.is_mirror = true; }).find("mirror") != std::string::npos);
    CHECK(unfit([](auto& stream) { stream.is_sealed = true; }).find("sealed") != std::string::npos);
    CHECK(unfit([](auto& stream) { stream.retention = "workqueue"; }).find("workqueue") !=
          std::string::npos);
    CHECK(unfit([](auto& stream) { stream.renames_subjects = true; }).find("subject_transform") !=
          std::string::npos);
    CHECK(unfit([](auto& stream) { stream.answers_before_disk = true; }).find("persist_mode") !=
          std::string::npos);
    CHECK(unfit([](auto& stream) { stream.never_answers = true; }).find("no_ack") !=
          std::string::npos);
    CHECK(unfit([](auto& stream) { stream.subjects = {"hark.site8"}; }) ==
          "stream HARK does not have the subject hark.site7");
    CHECK(unfit([](auto& stream) { stream.subjects.clear(); }).find("subject") !=
          std::string::npos);
    CHECK(unfit([](auto& stream) { stream.max_message = 16'383; }).find("max_msg_size") !=
          std::string::npos);
    CHECK(why_unfit(nats::ServerInfo{.max_payload = 1024}).find("max_payload") !=
          std::string::npos);
    CHECK(why_unfit(nats::ServerInfo{.max_payload = 1 << 20}).empty());
}

TEST_CASE("stream rules: cautions") {
    const auto of = [](const char* version, Duration window) {
        nats::StreamDescription stream = good();
        stream.duplicate_window = window;
        return caution(stream, nats::ServerInfo{.version = version});
    };
    CHECK(of("2.10.27", 120s).empty());
    CHECK(of("2.9.10", 120s).find("at least once") != std::string::npos);
    CHECK(of("2.10.22", 120s).find("2.10.23") != std::string::npos);
    CHECK(of("2.11.0", 1s).find("duplicate_window") != std::string::npos);
}

TEST_CASE("stream rules: a batch fits the server and the stream") {
    nats::StreamDescription stream = good();
    nats::ServerInfo server{.max_payload = 1 << 20};
    CHECK(max_batch(stream, server) == 256 << 10);
    server.max_payload = 64 << 10;
    CHECK(max_batch(stream, server) == 60 << 10);
    stream.max_message = 16 << 10;
    CHECK(max_batch(stream, server) == MAX_STREAM_RECORD);
}
