#include "tests/common/framing/naive_telnet.hpp"
#include "tests/common/framing/telnet_peer.hpp"
#include "tests/support/generators.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::string_view_literals;
using test::after;
using test::DO_TIMING_MARK;
using test::shown;
using test::TelnetPeer;

namespace {

// Checks that all of `bytes` is text, whether it comes at once or byte by byte.
void check_text(std::string_view bytes) {
    TelnetPeer one_by_one;
    for (const char byte : bytes) one_by_one.send({&byte, 1});
    for (const TelnetPeer& peer : {after(bytes).end(), one_by_one.end()}) {
        CHECK(peer.text == bytes);
        CHECK(peer.discarded == 0);
        CHECK(peer.replies.empty());
        CHECK_FALSE(peer.filter.shown());
    }
}

}  // namespace

TEST_CASE("telnet: bytes without 0xFF can pass as they are") {
    CHECK(TelnetFilter::idle(""sv));
    CHECK(TelnetFilter::idle("hello\r\n\0\xFE"sv));
    CHECK_FALSE(TelnetFilter::idle("hel\xFFlo"sv));
}

TEST_CASE("telnet: 0xFF is text while telnet is not shown") {
    check_text("");
    check_text("hello\r\n");
    check_text("\xFF\xFF\xFFready\r\n");
    check_text("f/8 \xFF\xF1 4s\r\n");
    check_text("noise \xFF\xFA\x11\nmore");
    check_text("\xFF\xF4");
    check_text("\xFF\xF4\xFF");
    check_text("\xFF\xF4\xFF\xFD");
    check_text("\xFF\xF4stop\xFF\xF4\xFF\xF0");
    check_text("\xFF\xFC\x01\xFF\xFE\x01");
    check_text("\xFF");
    check_text("\xFF\xFD");
    check_text("\xFF\xFB");
    for (int option = 0; option < 256; ++option) {
        if (option < 48 && option != '\n' && option != '\r') continue;
        for (const char command : {'\xFB', '\xFD'}) {
            check_text(std::string{'a', '\xFF', command, static_cast<char>(option), 'z'});
        }
    }
}

TEST_CASE("telnet: an offer or a request of an option that programs use shows it") {
    for (int option = 0; option < 48; ++option) {
        if (option == '\n' || option == '\r') continue;
        const char byte = static_cast<char>(option);
        const TelnetPeer wants = after({'a', '\xFF', '\xFD', byte, 'z'});
        CHECK(wants.filter.shown());
        CHECK(wants.text == "az");
        CHECK(wants.replies == std::string{'\xFF', '\xFC', byte});
        CHECK(wants.discarded == 3);
        const TelnetPeer offers = after({'a', '\xFF', '\xFB', byte, 'z'});
        CHECK(offers.text == "az");
        CHECK(offers.replies == std::string{'\xFF', '\xFE', byte});
    }
    // From there on, not before.
    const TelnetPeer peer = after("\xFF\xFF\xFF\xF1\xFF\xFD\x06\xFF\xFF\xFF\xF1z");
    CHECK(peer.text == "\xFF\xFF\xFF\xF1\xFFz");
    CHECK(peer.discarded == 6);
}

TEST_CASE("telnet: Ctrl-C") {
    const TelnetPeer peer = after(
        "\xFF\xF4\xFF\xFD\x06"
        "again\r\n");
    CHECK(peer.text == "again\r\n");
    CHECK(peer.replies == "\xFF\xFC\x06");
    CHECK(peer.discarded == 5);
    CHECK(after("a\xFF\xF4"
                "b\xFF\xFD\x06")
              .text ==
          "a\xFF\xF4"
          "b");
    CHECK(after("\xFF\xF4\xFF\xF4\xFF\xFD\x06").text == "\xFF\xF4");
    CHECK(shown("\xFF\xF4\xFF\xFD\x06").discarded == 5);
}

TEST_CASE("telnet: once shown, commands are taken out") {
    for (int command = 240; command < 250; ++command) {
        const TelnetPeer peer = shown({'a', '\xFF', static_cast<char>(command), 'b'});
        CHECK(peer.text == "ab");
        CHECK(peer.replies.empty());
        CHECK(peer.discarded == 2);
    }
    for (int byte = 0; byte < 240; ++byte) {
        const std::string bytes{'a', '\xFF', static_cast<char>(byte), 'b'};
        CHECK(shown(bytes).text == bytes);
        CHECK(shown(bytes).discarded == 0);
    }
}

TEST_CASE("telnet: once shown, a doubled 0xFF is one") {
    const TelnetPeer peer = shown(
        "a\xFF\xFF"
        "b\xFF\xFF\xFF\xFF");
    CHECK(peer.text ==
          "a\xFF"
          "b\xFF\xFF");
    CHECK(peer.discarded == 3);
    CHECK(shown("\xFF\xFF\xFD\x06").text == "\xFF\xFD\x06");
    CHECK(shown("a\xFF").held == "\xFF");
    CHECK(shown("a\xFF").send("\xFF").text == "a\xFF");
}

TEST_CASE("telnet: every option is refused, and a refusal is not answered") {
    for (int option = 0; option < 256; ++option) {
        const char byte = static_cast<char>(option);
        CHECK(shown({'\xFF', '\xFD', byte}).replies == std::string{'\xFF', '\xFC', byte});
        CHECK(shown({'\xFF', '\xFB', byte}).replies == std::string{'\xFF', '\xFE', byte});
        CHECK(shown({'\xFF', '\xFC', byte}).replies.empty());
        CHECK(shown({'\xFF', '\xFE', byte}).replies.empty());
        CHECK(shown({'\xFF', '\xFE', byte}).discarded == 3);
    }
}

TEST_CASE("telnet: replies of a call are bounded") {
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += DO_TIMING_MARK;
    TelnetPeer peer;
    peer.replies = "before";
    peer.send(bytes + "text");
    CHECK(peer.replies.size() == 6 + TelnetFilter::MAX_REPLIES);
    CHECK(peer.text == "text");
    CHECK(peer.discarded == 300);
    peer.send(DO_TIMING_MARK);
    CHECK(peer.replies.size() == 6 + TelnetFilter::MAX_REPLIES + 3);
}

TEST_CASE("telnet: what waits for what follows") {
    for (const std::string_view waits :
         {"\xFF"sv, "\xFF\xFD"sv, "\xFF\xFB"sv, "\xFF\xF4"sv, "\xFF\xF4\xFF"sv,
          "\xFF\xF4\xFF\xFD"sv, "\xFF\xF4\xFF\xFB"sv}) {
        TelnetPeer peer = after("a" + std::string{waits});
        CHECK(peer.held == waits);
        CHECK(peer.text == "a");
        CHECK_FALSE(peer.filter.is_subnegotiation(peer.held));
        CHECK(peer.end().text == "a" + std::string{waits});
    }
    for (const std::string_view passes :
         {"\xFF\xFA"sv, "\xFF\xFC"sv, "\xFF\xFE"sv, "\xFF\xF4x"sv}) {
        CHECK(after(passes).held.empty());
    }
    for (const std::string_view waits :
         {"\xFF"sv, "\xFF\xFD"sv, "\xFF\xFB"sv, "\xFF\xFC"sv, "\xFF\xFE"sv}) {
        CHECK(shown(waits).held == waits);
    }
    CHECK(shown("\xFF\xF4").held.empty());
}

TEST_CASE("telnet: a subnegotiation is taken out up to its end") {
    const TelnetPeer peer = shown("a\xFF\xFA\x18text\r\n\xFF\xF0z");
    CHECK(peer.text == "az");
    CHECK(peer.discarded == 11);
    CHECK(shown("a\xFF\xFA\x18x\xFF\xFF\xF0y\xFF\xF0z").text == "az");
    CHECK(shown("a\xFF\xFA\x18x\xFFy\xFF\xF0z").text == "az");
    CHECK(shown("a\xFF\xFA\xFF\xF0z").text == "az");
    CHECK(shown("\xFF\xFA\x1F\xFF\xFD\x06\xFF\xF0").replies.empty());

    TelnetPeer split = shown("\xFF\xFA\x1F\0P"sv);
    CHECK(split.text.empty());
    CHECK(split.filter.is_subnegotiation(split.held));
    split.send("\0\x18\xFF\xF0look\r\n"sv);
    CHECK(split.text == "look\r\n");
    CHECK(split.discarded == 9);
    CHECK_FALSE(split.filter.is_subnegotiation(split.held));
    CHECK_FALSE(TelnetFilter{}.is_subnegotiation("\xFF\xFA\x1F"));
}

TEST_CASE("telnet: a subnegotiation without its end was none") {
    const std::string longest = "\xFF\xFA" + std::string(TelnetFilter::MAX_SUBNEGOTIATION - 4, 'x');
    CHECK(shown("a" + longest + "\xFF\xF0z").text == "az");
    CHECK(shown("a" + longest + "\xFF\xF0z").discarded == TelnetFilter::MAX_SUBNEGOTIATION);

    const TelnetPeer held = shown("a" + longest + "x");
    CHECK(held.text == "a");
    CHECK(held.held.size() == TelnetFilter::MAX_SUBNEGOTIATION - 1);
    const TelnetPeer beyond = shown("a" + longest + "x\xFF\xF0z");
    CHECK(beyond.text == "a" + longest + "x\xFF\xF0z");
    CHECK(beyond.discarded == 0);
    // What follows it is examined again.
    CHECK(shown(longest + "xx\xFF\xFD\x06z").text == longest + "xxz");
    CHECK(shown(longest + "xx\xFF\xFD\x06z").replies == "\xFF\xFC\x06");

    std::string doubled = "\xFF\xFA";
    for (int i = 0; i < 600; ++i) doubled += "\xFF\xFF";
    const TelnetPeer escaped = shown(doubled);
    CHECK(escaped.text ==
          doubled.substr(0, TelnetFilter::MAX_SUBNEGOTIATION) +
              std::string((doubled.size() - TelnetFilter::MAX_SUBNEGOTIATION) / 2, '\xFF'));
}

TEST_CASE("telnet: wherever it is split") {
    const std::string stream =
        "a\xFF\xFF\xFF\xFD\xFF\xF4x\xFF\xF4\xFF\xFD\x06"
        "b\xFF\xFF"
        "c\xFF\xFB\x1F\xFF\xFA\x1F\xFF\xFF"
        "\xFF\xF0"
        "d\xFF\xF1\xFF\x80"
        "e\xFF\xFC\x01\xFF\xFE";
    const naive::Telnet expected{stream};
    CHECK(expected.text ==
          "a\xFF\xFF\xFF\xFD\xFF\xF4x"
          "b\xFF"
          "cd\xFF\x80"
          "e\xFF\xFE");
    for (std::size_t first = 0; first <= stream.size(); ++first) {
        for (std::size_t second = first; second <= stream.size(); ++second) {
            TelnetPeer peer;
            const std::string_view bytes = stream;
            peer.send(bytes.substr(0, first)).send(bytes.substr(first, second - first));
            peer.send(bytes.substr(second)).end();
            if (peer.text != expected.text || peer.replies != expected.replies ||
                peer.discarded != expected.discarded) {
                FAIL(first, " ", second);
            }
        }
    }
}

TEST_CASE("telnet: any split of any stream") {
    CHECK(rc::check("gives the same text, replies and count", [](bool is_shown) {
        const auto fragment = rc::gen::weightedOneOf<std::string>(
            {{4, rc::gen::container<std::string>(rc::gen::inRange<char>('a', 'z'))},
             {4, rc::gen::element<std::string>("\xFF", "\xFF\xFF", "\xFF\xF4", "\xFF\xFD\x06",
                                               "\xFF\xFB", "\xFF\xFC\xFF", "\x06", "\n",
                                               "\xFF\xFA\x18ok\xFF\xF0", "\xFF\xFA", "\xFF\xF0")},
             {1, rc::gen::map(
                     rc::gen::inRange(1015, 1030),
                     [](int size) { return std::string(static_cast<std::size_t>(size), 'x'); })},
             {1, rc::gen::arbitrary<std::string>()}});
        const std::string stream = *test::joined(fragment);
        const naive::Telnet expected{stream, is_shown};
        RC_PRE(expected.replies.size() < TelnetFilter::MAX_REPLIES);

        TelnetPeer peer;
        peer.filter = TelnetFilter{is_shown};
        const std::size_t longest = *rc::gen::element<std::size_t>(1, 2, 3, 7, 4000);
        for (std::string_view rest = stream; !rest.empty();) {
            const std::size_t size = *rc::gen::inRange<std::size_t>(1, longest + 1);
            peer.send(rest.substr(0, size));
            RC_ASSERT(peer.held.size() < TelnetFilter::MAX_SUBNEGOTIATION);
            rest.remove_prefix(std::min(size, rest.size()));
        }
        peer.end();
        RC_ASSERT(peer.text == expected.text);
        RC_ASSERT(peer.replies == expected.replies);
        RC_ASSERT(peer.discarded == expected.discarded);
        RC_ASSERT(peer.filter.shown() == expected.shown);
    }));
}
