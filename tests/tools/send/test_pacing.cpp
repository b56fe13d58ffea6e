#include "tools/send/pacing.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

using Listener = Pacing::Listener;

// The reply to message `number`, or to those up to `last`.
NumberRange answer(Pacing& pacing, std::uint64_t number, std::uint64_t last = 0) {
    return pacing.numbered({.first = number, .last = last == 0 ? number : last});
}

// One that has sent two messages, the second with an empty line after it, and got replies to both.
Pacing that_has_asked() {
    Pacing pacing;
    pacing.sent(false);
    CHECK(answer(pacing, 1) == NumberRange{1, 1});
    CHECK(pacing.asks("two"));
    pacing.sent(true);
    CHECK(answer(pacing, 2) == NumberRange{2, 2});
    return pacing;
}

}  // namespace

TEST_CASE("pacing: one message at a time, until the listener is known") {
    Pacing pacing;
    CHECK(pacing.may_send());
    CHECK_FALSE(pacing.asks("one"));  // whether replies have numbers is not known yet
    pacing.sent(false);
    CHECK_FALSE(pacing.may_send());
    CHECK(answer(pacing, 1) == NumberRange{1, 1});
    CHECK(pacing.may_send());
    CHECK(pacing.listener() == Listener::unknown);
}

TEST_CASE("pacing: an empty line that is answered shows a listener that goes by terminators") {
    Pacing pacing = that_has_asked();
    CHECK_FALSE(pacing.asks("three"));  // once is enough
    SUBCASE("with its message") {}
    SUBCASE("ahead of the next one") {
        CHECK(pacing.may_send());
        pacing.sent(false);
        CHECK_FALSE(pacing.may_send());
    }
    CHECK(pacing.unnumbered() == Pacing::NONE);
    CHECK(pacing.listener() == Listener::lines);
    CHECK(pacing.may_send());
    for (int i = 0; i < 5; ++i) pacing.sent(false);
    CHECK(pacing.may_send());
    CHECK(answer(pacing, 3, 5) == NumberRange{3, 5});
}

TEST_CASE("pacing: an empty line that is not answered shows a listener that goes by reads") {
    Pacing pacing = that_has_asked();
    CHECK(pacing.listener() == Listener::unknown);
    pacing.sent(false);
    CHECK(answer(pacing, 3) == NumberRange{3, 3});
    CHECK(pacing.listener() == Listener::chunks);
    pacing.sent(false);
    CHECK_FALSE(pacing.may_send());
    CHECK(answer(pacing, 4) == NumberRange{4, 4});
    CHECK(pacing.may_send());
    CHECK(pacing.split() == 0);
}

TEST_CASE("pacing: nothing is asked with a message of which a chunk may leave nothing") {
    Pacing pacing;
    pacing.sent(false);
    CHECK(answer(pacing, 1) == NumberRange{1, 1});
    CHECK_FALSE(pacing.asks("\r\r"));
    CHECK_FALSE(pacing.asks("\xFF\xFD\x01"));
    CHECK(pacing.asks("\r你好"));
}

TEST_CASE("pacing: an empty line by itself comes first") {
    Pacing pacing;
    pacing.sent_prelude();
    CHECK_FALSE(pacing.may_send());
    CHECK(pacing.waits_for_prelude());
    CHECK(pacing.unnumbered() == Pacing::NONE);
    CHECK_FALSE(pacing.waits_for_prelude());
    CHECK(pacing.may_send());
    CHECK(pacing.listener() == Listener::unknown);
}

TEST_CASE("pacing: a message that is taken for an empty line, and the numbers after it") {
    Pacing pacing = that_has_asked();
    SUBCASE("by a listener that goes by reads") {
        pacing.sent(false);
        CHECK(answer(pacing, 3) == NumberRange{3, 3});
    }
    SUBCASE("by one that goes by terminators") {
        CHECK(pacing.unnumbered() == Pacing::NONE);
        pacing.sent(false);
        CHECK(answer(pacing, 3) == NumberRange{3, 3});
    }
    pacing.sent(false);
    CHECK(pacing.unnumbered() == NumberRange{4, 4});
    CHECK(pacing.may_send());
    pacing.sent(false);
    CHECK(answer(pacing, 4) == NumberRange{5, 5});
    CHECK(pacing.unnumbered() == Pacing::NONE);  // there is none left
    pacing.note_total(4);
    CHECK(pacing.split() == 0);
}

TEST_CASE("pacing: a message that was cut, and the numbers after it") {
    Pacing pacing;
    pacing.sent(false);
    SUBCASE("answered piece by piece") {
        CHECK(answer(pacing, 1) == NumberRange{1, 1});
        CHECK(answer(pacing, 2) == Pacing::NONE);
        CHECK(answer(pacing, 3) == Pacing::NONE);
    }
    SUBCASE("answered at once") {
        CHECK(answer(pacing, 1, 3) == NumberRange{1, 1});
    }
    CHECK(pacing.split() == 2);
    pacing.sent(false);
    CHECK(answer(pacing, 4) == NumberRange{2, 2});
    pacing.note_total(4);
    CHECK(pacing.split() == 2);
    pacing.note_total(7);
    CHECK(pacing.split() == 5);
}

TEST_CASE("pacing: answers in bytes are one to each message, in order") {
    Pacing pacing;
    pacing.begin_bytes();
    pacing.sent_prelude();
    CHECK(pacing.byte() == Pacing::NONE);
    for (std::uint64_t number = 1; number < 5; ++number) {
        CHECK(pacing.may_send());
        CHECK_FALSE(pacing.asks("text"));
        pacing.sent(false);
        CHECK_FALSE(pacing.may_send());
        CHECK(pacing.byte() == NumberRange{number, number});
    }
    CHECK(pacing.split() == 0);
    CHECK(pacing.byte() == Pacing::NONE);
    CHECK(pacing.split() == 1);
}

TEST_CASE("pacing: whatever a server says, no message is answered that was not sent") {
    CHECK(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint64_t>>& events) {
        Pacing pacing;
        std::uint64_t sent = 0;
        for (const auto& [event, number] : events) {
            NumberRange range = Pacing::NONE;
            switch (event % 5) {
                case 0:
                    if (!pacing.may_send()) break;
                    pacing.sent(pacing.asks("x"));
                    ++sent;
                    break;
                case 1:
                    range = pacing.numbered({.first = number % 8 + 1, .last = number % 8 + 1});
                    break;
                case 2:
                    range = pacing.numbered({.first = number % 8 + 1, .last = ~std::uint64_t{0}});
                    break;
                case 3:
                    range = pacing.unnumbered();
                    break;
                default:
                    pacing.note_total(number);
                    break;
            }
            if (range == Pacing::NONE || pacing.listener() == Listener::lines) continue;
            RC_ASSERT(range.first == range.last);
            RC_ASSERT(range.first >= 1U);
            RC_ASSERT(range.last <= sent);
        }
    }));
}
