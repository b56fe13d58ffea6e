#include "daemon/connection/reply_queue.hpp"
#include "tests/daemon/connection/small_daemon.hpp"

using namespace hark;
using namespace std::chrono_literals;
using test::SmallDaemon;

namespace {

struct Fixture : SmallDaemon {
    // Nothing is stored from now on.
    void hold() {
        round();
        sink->stores = sink->stored();
        sink->state = SinkState::busy;
    }
    // `records` in total are stored from now on.
    void store(std::uint64_t records) {
        sink->stores = records;
        sink->say();
        round();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "answers: as far as the log has come, also inside one read's") {
    const UniqueFd client = connect();  // its record is the first
    hold();
    send(client.get(), "a\nb\nc\n");
    CHECK(said(client.get()) == "");
    store(2);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    store(2);
    CHECK(said(client.get()) == "");
    store(4);
    CHECK(said(client.get()) == "250 ok #2\r\n250 ok #3\r\n");
    CHECK(context->replies.empty());
}

TEST_CASE_FIXTURE(Fixture, "answers: every connection gets its own, in order") {
    const UniqueFd one = connect();
    const UniqueFd two = connect();
    hold();
    send(one.get(), "a\nb\n");
    send(two.get(), "c\n\x81\n");
    send(one.get(), "d\n\n\n");
    store(3);
    CHECK(said(one.get()) == "250 ok #1\r\n");
    CHECK(said(two.get()) == "");
    store(6);
    CHECK(said(one.get()) == "250 ok #2\r\n");
    CHECK(said(two.get()) == "250 ok #1\r\n251 ok #2, kept as bytes\r\n");
    store(7);
    CHECK(said(one.get()) == "250 ok #3\r\n250 ok\r\n250 ok\r\n");
}

TEST_CASE_FIXTURE(Fixture, "answers: an empty line waits for what came before it, not behind") {
    const UniqueFd client = connect();
    hold();
    send(client.get(), "\n");
    CHECK(said(client.get()) == "250 ok\r\n");
    send(client.get(), "a\n\n");
    round();
    CHECK(said(client.get()) == "");
    store(2);
    CHECK(said(client.get()) == "250 ok #1\r\n250 ok\r\n");
}

TEST_CASE_FIXTURE(Fixture, "answers: another peer's record between two of a read's") {
    const UniqueFd one = connect();
    const UniqueFd two = connect();
    hold();
    send(one.get(), "a\n");
    send(two.get(), "b\n");
    send(one.get(), "c\n");
    store(3);
    CHECK(said(one.get()) == "250 ok #1\r\n");
    store(5);
    CHECK(said(two.get()) == "250 ok #1\r\n");
    CHECK(said(one.get()) == "250 ok #2\r\n");
}

TEST_CASE_FIXTURE(Fixture, "answers: refused, what is not stored is said so") {
    const UniqueFd one = connect();
    const UniqueFd two = connect();
    hold();
    send(one.get(), "a\nb\nc\nd\n\n");
    send(two.get(), "e\n");
    sink->stores = 3;
    log.write();
    CHECK(context->replies.refuse({"No space left on device", 0}));
    CHECK(said(one.get()) ==
          "250 ok #1\r\n451 not stored #2-4: No space left on device\r\n250 ok\r\n");
    CHECK(said(two.get()) == "451 not stored #1: No space left on device\r\n");
    CHECK(context->replies.empty());
    CHECK_FALSE(context->replies.refuse({"nothing left", 0}));
}

TEST_CASE_FIXTURE(Fixture, "answers: refused, a peer that does not read gets it when it does") {
    const UniqueFd client = connect({}, {}, 4096);
    test::send_until_full(server_end);
    hold();
    send(client.get(), "a\nb\nc\nbye\n");
    store(2);
    CHECK(context->replies.refuse({"No space left on device", 0}));
    std::string text;
    await([&] {
        text += said(client.get());
        return text.find("221") != std::string::npos && text.ends_with('\n');
    });
    CHECK(text.substr(text.rfind('x') + 1) ==
          "250 ok #1\r\n451 not stored #2-3: No space left on device\r\n221 bye, 3 messages\r\n");
}

TEST_CASE_FIXTURE(Fixture, "answers: refused, with nothing but an empty line nobody was failed") {
    const UniqueFd client = connect();
    refuse_records();
    send(client.get(), "\n");
    CHECK_FALSE(context->replies.refuse({"No space left on device", 0}));
}
