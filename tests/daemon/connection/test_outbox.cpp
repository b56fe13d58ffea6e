#include "common/protocol/reply.hpp"
#include "daemon/connection/outbox.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

std::string taken(Outbox& outbox) {
    std::string text;
    outbox.take(text);
    return text;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto size = text.find('\n') + 1;
        lines.emplace_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

// A peer that takes its answers now and then, some bytes at a time, as Connection serves it.
struct SlowPeer {
    Outbox outbox;
    std::string wire;
    std::size_t room = 0;

    void send(std::string_view text) {
        const auto count = std::min(room, text.size());
        wire += text.substr(0, count);
        room -= count;
        if (count < text.size()) outbox.keep(text.substr(count));
    }
    void answer(std::uint64_t message, bool as_bytes) {
        if (outbox.blocked()) {
            outbox.merge(message, message, as_bytes);
            return;
        }
        std::string text = taken(outbox);
        if (message == 0) {
            reply::append_empty(text);
        } else {
            reply::append_stored(text, message, as_bytes);
        }
        send(text);
    }
    void make_room(std::size_t bytes) {
        room += bytes;
        send(taken(outbox));
    }
};

}  // namespace

TEST_CASE("outbox: answers merge behind the line that is begun") {
    Outbox outbox;
    CHECK_FALSE(outbox.blocked());
    outbox.keep("0 ok #5\r\n250 ok #6\r\n251 ok #7, kept as bytes\r\n");
    CHECK(outbox.blocked());
    outbox.merge(8, 10, false);
    outbox.merge(0, 0, false);
    outbox.merge(11, 11, false);
    CHECK(taken(outbox) == "0 ok #5\r\n251 ok #6-11, some kept as bytes\r\n");
    CHECK_FALSE(outbox.blocked());
    CHECK(taken(outbox) == "");
}

TEST_CASE("outbox: one message, and empty lines alone") {
    Outbox outbox;
    outbox.keep("\n");
    outbox.merge(8, 8, true);
    CHECK(taken(outbox) == "\n251 ok #8, kept as bytes\r\n");
    outbox.keep("ok\r\n");
    outbox.merge(0, 0, false);
    outbox.merge(0, 0, false);
    CHECK(taken(outbox) == "ok\r\n250 ok\r\n");
}

TEST_CASE("outbox: what is no answer stays as it is, and last words come last") {
    Outbox outbox;
    outbox.lines() += "\xFF\xFC\x06";
    CHECK_FALSE(outbox.blocked());
    CHECK(taken(outbox) == "\xFF\xFC\x06");

    outbox.keep("20 ready\r\n250 ok #1\r\n221 bye, 1 messages\r\n");
    CHECK(taken(outbox) == "20 ready\r\n250 ok #1\r\n221 bye, 1 messages\r\n");

    outbox.keep(" ok #1\r\n");
    outbox.append_last_words("421 shutting down\r\n");
    outbox.merge(2, 3, false);
    CHECK(taken(outbox) == " ok #1\r\n250 ok #2-3\r\n421 shutting down\r\n");
}

TEST_CASE("outbox: kept again, a range absorbs all that comes") {
    Outbox outbox;
    outbox.keep("k #1\r\n250 ok #2-5\r\n");
    outbox.merge(6, 6, false);
    const std::string text = taken(outbox);
    CHECK(text == "k #1\r\n250 ok #2-6\r\n");
    outbox.keep(text);
    outbox.merge(7, 9, false);
    CHECK(taken(outbox) == "k #1\r\n250 ok #2-9\r\n");
    // A range that has begun to leave cannot.
    outbox.keep("ok #2-9\r\n");
    outbox.merge(10, 12, true);
    CHECK(taken(outbox) == "ok #2-9\r\n251 ok #10-12, some kept as bytes\r\n");
}

TEST_CASE("outbox: however it is taken, every message is answered once, in order") {
    CHECK(rc::check([] {
        SlowPeer peer;
        std::uint64_t messages = 0;
        std::uint64_t last_as_bytes = 0;
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
        for (const int step : steps) {
            if (step < 50) {
                peer.answer(++messages, false);
            } else if (step < 60) {
                peer.answer(last_as_bytes = ++messages, true);
            } else if (step < 70) {
                peer.answer(0, false);
            } else {
                peer.make_room(static_cast<std::size_t>(step - 70) * 2);
            }
        }
        peer.make_room(1 << 20);
        RC_ASSERT(taken(peer.outbox).empty());

        std::uint64_t next = 1;
        std::uint64_t answered_as_bytes = 0;
        for (const std::string& line : lines_of(peer.wire)) {
            RC_ASSERT(line.ends_with("\r\n"));
            const auto answered = reply::parse_stored(line);
            RC_ASSERT(answered.has_value());
            if (answered->first == 0) continue;
            RC_ASSERT(answered->first == next);
            next = answered->last + 1;
            if (answered->as_bytes) answered_as_bytes = answered->last;
        }
        RC_ASSERT(next == messages + 1);
        RC_ASSERT(answered_as_bytes >= last_as_bytes);
    }));
}

TEST_CASE("outbox: a peer that never reads costs a line and a range") {
    SlowPeer peer;
    peer.make_room(15);
    for (std::uint64_t message = 1; message <= 100'000; ++message) peer.answer(message, false);
    CHECK(taken(peer.outbox) == "ok #2\r\n250 ok #3-100000\r\n");
}
