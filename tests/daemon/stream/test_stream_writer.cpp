// How the writer reacts to answers of a server in this thread, on a clock that only the test moves.
// Whole scripts of lies are in tests/fuzz/stream_writing.hpp.
#include "daemon/stream/stream_writer.hpp"
#include "tests/daemon/stream/fake_nats_server.hpp"
#include "tests/daemon/stream/fake_stream.hpp"
#include "tests/support/manual_clock.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using test::FakeNatsServer;
using test::FakeRequest;

namespace {

class Writing final : public StreamWriterOwner {
   public:
    Writing() { start({}); }

    // Replaces the answer to the next batch.
    void on_next_batch(std::function<void(const FakeRequest&)> lie) { lie_ = std::move(lie); }
    [[nodiscard]] StreamConfig config(std::string_view subject) const {
        StreamConfig config{.stream = std::string{FakeNatsServer::STREAM},
                            .subject = std::string{subject},
                            .replicas = 1};
        config.servers.servers.push_back({"127.0.0.1", server.port()});
        return config;
    }
    void start(const StreamState& state, std::string_view subject = FakeNatsServer::SUBJECT) {
        writer.emplace(loop, static_cast<StreamWriterOwner&>(*this), config(subject), "5f3a9c01");
        writer->resume(state);
        writer->start();
    }
    template <typename Condition>
    void until(Condition is_met) {
        for (int step = 0; step < 400 && !is_met(); ++step) {
            server.step();
            loop.run_once({});
            if (std::string text = writer->take_remark(); !text.empty()) remarks.push_back(text);
            clock.advance(50ms);
        }
        REQUIRE(is_met());
    }
    void publish(std::size_t size = 3) {
        until([this] { return writer->is_ready(); });
        ++published;
        text_ = std::string(size - 1, 'x') + "\n";
        writer->publish(published, published);
    }
    void publish_and_wait() {
        publish();
        until([this] { return stored == published; });
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    test::FakeStream stream;
    std::vector<FakeRequest> batches;
    FakeNatsServer server{[this](const FakeRequest& request) { on_request(request); }};
    std::optional<StreamWriter> writer;
    std::vector<std::string> remarks;
    std::uint64_t published = 0;
    std::uint64_t stored = 0;

   private:
    [[nodiscard]] std::string_view batch_text() const noexcept override { return text_; }
    void on_batch_stored() noexcept override { ++stored; }
    void on_change() noexcept override {}

    void on_request(const FakeRequest& request) {
        if (request.kind == FakeRequest::Kind::publish) {
            batches.push_back(request);
            if (auto lie = std::exchange(lie_, nullptr)) return lie(request);
        }
        server.answer_honestly(request, stream);
    }

    std::function<void(const FakeRequest&)> lie_;
    std::string text_;
};

}  // namespace

TEST_CASE("stream writer: a batch that another writer has overtaken is stored, and stays so") {
    Writing writing;
    writing.publish_and_wait();
    writing.on_next_batch([&](const FakeRequest& request) {
        static_cast<void>(FakeNatsServer::store(request, writing.stream));
        writing.stream.add("another", "NATS/1.0\r\nHark-Run: 00000000\r\n\r\n", "{}\n");
    });
    writing.publish_and_wait();
    writing.publish_and_wait();
    CHECK(writing.stream.all().size() == 4);
    CHECK(writing.writer->details().sequence == 4);
    CHECK(writing.writer->trouble().empty());
}

TEST_CASE("stream writer: a duplicate of what came before it is none") {
    Writing writing;
    writing.publish_and_wait();
    writing.on_next_batch([&](const FakeRequest& request) {
        writing.server.answer(request, R"({"stream":"HARK","seq":1,"duplicate":true})");
    });
    writing.publish_and_wait();
    CHECK(writing.stream.all().size() == 2);
    CHECK(writing.batches.size() == 3);
}

TEST_CASE("stream writer: a subject that is emptied again and again is remarked on once a minute") {
    Writing writing;
    for (int turn = 0; turn < 10; ++turn) {
        writing.publish_and_wait();
        writing.stream.purge();
    }
    CHECK(writing.remarks.size() == 1);
}

TEST_CASE("stream writer: a batch in doubt keeps its subject over a restart") {
    Writing writing;
    writing.publish_and_wait();
    writing.on_next_batch([&](const FakeRequest&) { writing.server.close(); });
    writing.publish();
    writing.until([&] { return writing.batches.size() == 2; });
    const StreamState state = writing.writer->state();
    CHECK(state.subject == FakeNatsServer::SUBJECT);
    writing.start(state, "hark.site8");
    writing.until([&] { return writing.stored == 2; });
    CHECK(writing.batches.back().subject == FakeNatsServer::SUBJECT);
    CHECK(writing.stream.all().size() == 2);
    writing.until([&] { return writing.writer->state().subject.empty(); });
}

TEST_CASE("stream writer: a subject that has messages of others is refused") {
    Writing writing;
    writing.stream.add("another", "NATS/1.0\r\n\r\n", "{}\n");
    writing.until(
        [&] { return writing.writer->trouble().find("has not written") != std::string::npos; });
    CHECK_FALSE(writing.writer->is_ready());
}

TEST_CASE("stream writer: another subject waits for the batch that is under way") {
    Writing writing;
    writing.publish_and_wait();
    writing.on_next_batch([](const FakeRequest&) {});
    writing.publish();
    writing.until([&] { return writing.batches.size() == 2; });
    writing.writer->use(writing.config("hark.site8"));
    CHECK(writing.writer->state().subject == FakeNatsServer::SUBJECT);
    writing.server.answer_honestly(writing.batches.back(), writing.stream);
    writing.until([&] { return writing.stored == 2; });
    CHECK_FALSE(writing.writer->is_ready());
    // Nothing is known about the new subject, so the stream is inspected first, and does not have
    // it.
    writing.until(
        [&] { return writing.writer->trouble().find("hark.site8") != std::string::npos; });
}

TEST_CASE("stream writer: batches grow while they are stored fast, and shrink when they are not") {
    Writing writing;
    writing.until([&] { return writing.writer->is_ready(); });
    std::vector<std::size_t> limits;
    for (int batch = 0; batch < 5; ++batch) {
        limits.push_back(writing.writer->max_batch());
        writing.publish(limits.back());
        writing.until([&] { return writing.stored == writing.published; });
    }
    CHECK(limits == std::vector<std::size_t>{32 << 10, 64 << 10, 128 << 10, 256 << 10, 256 << 10});

    std::optional<FakeRequest> late;
    writing.on_next_batch([&](const FakeRequest& request) { late = request; });
    writing.publish(100);
    writing.until([&] { return late.has_value(); });
    const TimePoint then = writing.clock.monotonic();
    writing.until([&] { return writing.clock.monotonic() - then >= 3s; });
    writing.server.answer_honestly(*late, writing.stream);
    writing.until([&] { return writing.stored == writing.published; });
    CHECK(writing.writer->max_batch() == 256 << 10);
    writing.on_next_batch([&](const FakeRequest& request) { late = request; });
    const std::uint64_t before = writing.stored;
    writing.publish(100);
    const TimePoint again = writing.clock.monotonic();
    writing.until([&] { return writing.clock.monotonic() - again >= 3s; });
    writing.server.answer_honestly(*late, writing.stream);
    writing.until([&] { return writing.stored > before; });
    CHECK(writing.writer->max_batch() == 128 << 10);
}

TEST_CASE("stream writer: a complaint about nothing is looked into at once") {
    Writing writing;
    writing.publish_and_wait();
    writing.until([&] { return writing.writer->is_ready(); });
    writing.server.say("-ERR 'Out of Coffee'\r\n");
    writing.until([&] { return !writing.writer->trouble().empty(); });
    const TimePoint then = writing.clock.monotonic();
    writing.until([&] { return writing.writer->health() == StreamWriter::Health::well; });
    CHECK(writing.clock.monotonic() - then < 1s);
}
