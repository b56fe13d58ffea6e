// What the sink reports about a stream while the server is away, slow or well. For its batches, see
// tests/daemon/stream.
#include "daemon/log/nats_sink.hpp"
#include "tests/common/record/records.hpp"
#include "tests/daemon/stream/fake_nats_server.hpp"
#include "tests/support/manual_clock.hpp"

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using test::FakeNatsServer;
using test::FakeRequest;

namespace {

class NatsSinkTest {
   protected:
    NatsSinkTest() {
        SinkConfig config{.kind = SinkConfig::Kind::nats,
                          .stream = {.stream = std::string{FakeNatsServer::STREAM},
                                     .subject = std::string{FakeNatsServer::SUBJECT},
                                     .replicas = 1}};
        config.stream.servers.servers.push_back({"127.0.0.1", server.port()});
        sink.emplace(loop, Callback<void()>{this, [](void*) noexcept {}}, config, "5f3a9c01", 1);
    }
    void append(std::string_view text = "message") {
        const test::MessageRecord message{text, ++appended};
        sink->append(message.record());
    }
    template <typename Condition>
    void until(Condition is_met) {
        for (int step = 0; step < 400 && !is_met(); ++step) {
            state = sink->commit();
            server.step();
            loop.run_once({});
            clock.advance(50ms);
        }
        state = sink->commit();
        REQUIRE(is_met());
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    test::FakeStream stream;
    std::vector<FakeRequest> batches;
    FakeNatsServer server{[this](const FakeRequest& request) {
        if (request.kind == FakeRequest::Kind::publish) {
            batches.push_back(request);
        } else {
            server.answer_honestly(request, stream);
        }
    }};
    std::optional<NatsSink> sink;
    SinkState state = SinkState::clear;
    std::uint64_t appended = 0;
};

}  // namespace

TEST_CASE_FIXTURE(NatsSinkTest,
                  "NATS sink: what waits for a batch is held, and could not be written") {
    append();
    CHECK(sink->commit() == SinkState::blocked);
    const std::size_t size = sink->backlog().held;
    CHECK(size > 0);
    CHECK(sink->backlog().unwritten == size);

    until([this] { return batches.size() == 1; });
    CHECK(state == SinkState::busy);
    CHECK(sink->in_doubt() == 1);
    CHECK(sink->backlog().held == size);
    CHECK(sink->backlog().unwritten == 0);
    append();
    append();
    CHECK(sink->commit() == SinkState::busy);
    CHECK(sink->backlog().held == 3 * size);
    CHECK(sink->backlog().unwritten == 0);

    server.answer_honestly(batches.back(), stream);
    until([this] { return batches.size() == 2; });
    CHECK(sink->stored() == 1);
    CHECK(sink->in_doubt() == 2);
    server.answer_honestly(batches.back(), stream);
    until([this] { return sink->stored() == 3; });
    CHECK(state == SinkState::clear);
    CHECK(sink->backlog().held == 0);
    append();
    CHECK(sink->backlog().unwritten == sink->backlog().held);
}

TEST_CASE_FIXTURE(NatsSinkTest,
                  "NATS sink: a batch is as many whole lines as fit, to the last byte") {
    // The limit of the first batch.
    constexpr std::size_t LIMIT = 32 << 10;
    constexpr std::size_t TEXT = 8000;
    std::size_t size = LIMIT;
    std::size_t fit = 4;
    SUBCASE("they fit") {}
    SUBCASE("a byte too many") {
        size += 1;
        fit = 3;
    }
    append(std::string(TEXT, 'x'));
    const std::size_t around = sink->backlog().held - TEXT;
    append(std::string(TEXT, 'x'));
    append(std::string(TEXT, 'x'));
    append(std::string(size - sink->backlog().held - around, 'x'));
    REQUIRE(sink->backlog().held == size);
    until([this] { return batches.size() == 1; });
    CHECK(sink->in_doubt() == fit);
}
