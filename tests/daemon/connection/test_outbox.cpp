#include "common/protocol/reply.hpp"
#include "daemon/connection/outbox.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

std::string rendered(const Outbox& outbox) {
    std::string text;
    outbox.render(text);
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

// A peer that takes its replies now and then, some bytes at a time, as Connection serves it.
struct SlowPeer {
    Outbox outbox;
    std::string wire;
    std::size_t room = 0;

    // Returns how many bytes were taken.
    std::size_t write(std::string_view text) {
        const auto count = std::min(room, text.size());
        wire += text.substr(0, count);
        room -= count;
        return count;
    }
    void reply_to(std::uint64_t message, bool as_bytes) {
        if (outbox.blocked()) {
            outbox.merge(message, message, as_bytes);
            return;
        }
        std::string text;
        if (message == 0) {
            reply::append_empty(text);
        } else {
            reply::append_stored(text, message, as_bytes);
        }
        const auto count = write(text);
        if (count == text.size()) return;
        outbox.block();
        if (count == 0) {
            outbox.merge(message, message, as_bytes);
        } else {
            outbox.lines() = text.substr(count);
        }
    }
    void make_room(std::size_t bytes) {
        room += bytes;
        const std::string text = rendered(outbox);
        const auto count = write(text);
        if (count == text.size()) {
            outbox = {};
        } else {
            outbox.advance(count);
        }
    }
};

}  // namespace

TEST_CASE("outbox: replies merge behind the line that is begun") {
    Outbox outbox;
    CHECK_FALSE(outbox.blocked());
    CHECK(rendered(outbox) == "");
    outbox.lines() = "0 ok #5\r\n";
    outbox.block();
    CHECK(outbox.blocked());
    outbox.merge(6, 6, false);
    outbox.merge(7, 7, true);
    outbox.merge(8, 10, false);
    outbox.merge(0, 0, false);
    outbox.merge(11, 11, false);
    CHECK(outbox.unread() == 6);
    CHECK(rendered(outbox) == "0 ok #5\r\n251 ok #6-11, some kept as bytes\r\n");
}

TEST_CASE("outbox: one message, and empty lines alone") {
    Outbox one;
    one.merge(8, 8, true);
    CHECK(rendered(one) == "251 ok #8, kept as bytes\r\n");
    Outbox empty;
    empty.merge(0, 0, false);
    empty.merge(0, 0, false);
    CHECK(rendered(empty) == "250 ok\r\n");
}

TEST_CASE("outbox: last words come last") {
    Outbox outbox;
    outbox.lines() = " ok #1\r\n";
    outbox.append_last_words("421 shutting down\r\n");
    outbox.merge(2, 3, false);
    CHECK(rendered(outbox) == " ok #1\r\n250 ok #2-3\r\n421 shutting down\r\n");
}

TEST_CASE("outbox: what has left is dropped, wherever it ends") {
    const std::string all = "k #1\r\n251 ok #2-6, some kept as bytes\r\n221 bye, 6 messages\r\n";
    for (std::size_t count = 0; count <= all.size(); ++count) {
        Outbox outbox;
        outbox.lines() = "k #1\r\n";
        outbox.merge(2, 6, true);
        outbox.append_last_words("221 bye, 6 messages\r\n");
        REQUIRE(rendered(outbox) == all);
        outbox.advance(count);
        CHECK(outbox.blocked());
        CHECK(rendered(outbox) == all.substr(count));
    }
}

TEST_CASE("outbox: a range that has not begun to leave absorbs all that comes") {
    Outbox outbox;
    outbox.lines() = "k #1\r\n";
    outbox.merge(2, 6, false);
    outbox.advance(6);
    outbox.merge(7, 9, false);
    CHECK(rendered(outbox) == "250 ok #2-9\r\n");
    // A line that has begun to leave cannot grow.
    outbox.advance(4);
    outbox.merge(10, 12, true);
    CHECK(rendered(outbox) == "ok #2-9\r\n251 ok #10-12, some kept as bytes\r\n");
}

TEST_CASE("outbox: however it is taken, every message has one reply, in order") {
    CHECK(rc::check([] {
        SlowPeer peer;
        std::uint64_t messages = 0;
        std::uint64_t last_as_bytes = 0;
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
        for (const int step : steps) {
            if (step < 50) {
                peer.reply_to(++messages, false);
            } else if (step < 60) {
                peer.reply_to(last_as_bytes = ++messages, true);
            } else if (step < 70) {
                peer.reply_to(0, false);
            } else {
                peer.make_room(static_cast<std::size_t>(step - 70) * 2);
            }
        }
        peer.make_room(1 << 20);
        RC_ASSERT(rendered(peer.outbox).empty());

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
    for (std::uint64_t message = 1; message <= 100'000; ++message) peer.reply_to(message, false);
    CHECK(rendered(peer.outbox) == "ok #2\r\n250 ok #3-100000\r\n");
}
