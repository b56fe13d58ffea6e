#include "common/framing/telnet_filter.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::string_view_literals;

namespace {

struct Peer {
    TelnetFilter filter;
    std::string text;
    std::string replies;
    std::uint64_t dropped = 0;

    void send(std::string_view bytes) {
        std::string buffer(bytes);
        buffer += '\x55';  // the room
        text += buffer.substr(0, filter.filter(buffer, bytes.size(), replies, dropped));
    }
    void end() {
        if (filter.take_dangling()) text += '\xFF';
    }
};

Peer after(std::string_view bytes) {
    Peer peer;
    peer.send(bytes);
    return peer;
}

}  // namespace

TEST_CASE("telnet: text passes") {
    CHECK(after("").text == "");
    CHECK(after("hello\r\n").text == "hello\r\n");
    const TelnetFilter filter;
    CHECK(filter.idle(""sv));
    CHECK(filter.idle("hello"sv));
    CHECK_FALSE(filter.idle("hel\xFFlo"sv));
}

TEST_CASE("telnet: commands are taken out") {
    for (int command = 240; command < 250; ++command) {
        const std::string bytes{'a', '\xFF', static_cast<char>(command), 'b'};
        CHECK(after(bytes).text == "ab");
        CHECK(after(bytes).replies.empty());
    }
    CHECK(after("a\xFF\xFF"
                "b")
              .text ==
          "a\xFF"
          "b");
}

TEST_CASE("telnet: every option is refused, and a refusal is not answered") {
    CHECK(after("a\xFF\xFD\x06z").replies == "\xFF\xFC\x06");
    CHECK(after("a\xFF\xFD\x06z").text == "az");
    CHECK(after("a\xFF\xFB\x1Fz").replies == "\xFF\xFE\x1F");
    CHECK(after("\xFF\xFC\x01\xFF\xFE\x03").replies == "");
    CHECK(after("\xFF\xFD\xFFz").replies == "\xFF\xFC\xFF");  // option 255 exists
    CHECK(after("\xFF\xFD\xFFz").text == "z");
    // What telnet sends at Ctrl-C.
    CHECK(after("\xFF\xF4\xFF\xFD\x06").replies == "\xFF\xFC\x06");
}

TEST_CASE("telnet: replies of a call are bounded") {
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += "\xFF\xFD\x06";
    Peer peer;
    peer.replies = "before";
    peer.send(bytes + "text");
    CHECK(peer.replies.size() == 6 + TelnetFilter::MAX_REPLIES);
    CHECK(peer.text == "text");
    peer.send("\xFF\xFD\x06");
    CHECK(peer.replies.size() == 6 + TelnetFilter::MAX_REPLIES + 3);
}

TEST_CASE("telnet: an IAC before anything else is data") {
    CHECK(after("a\xFFz").text == "a\xFFz");
    CHECK(after("a\xFF\xEFz").text == "a\xFF\xEFz");

    Peer split = after("a\xFF");
    CHECK(split.text == "a");
    CHECK_FALSE(split.filter.idle("z"sv));
    split.send("");
    split.send("z\xFF\xF1y");
    CHECK(split.text == "a\xFFzy");
    CHECK(split.filter.idle("z"sv));

    Peer last = after("a\xFF");
    CHECK(last.filter.take_dangling());
    CHECK_FALSE(last.filter.take_dangling());
    CHECK(last.filter.idle("z"sv));
    CHECK_FALSE(after("a\xFF\xFD").filter.take_dangling());
    CHECK_FALSE(after("a\xFF\xFF").filter.take_dangling());
}

TEST_CASE("telnet: a subnegotiation is dropped up to its end") {
    CHECK(after("a\xFF\xFA\x18text\r\n\xFF\xF0z").text == "az");
    CHECK(after("a\xFF\xFA\x18x\xFF\xFF\xF0y\xFF\xF0z").text == "az");
    CHECK(after("a\xFF\xFA\x18x\xFFy\xFF\xF0z").text == "az");
    CHECK(after("a\xFF\xFA\x18x\xFF\xF1z").text == "az");  // another command ends it
    Peer peer = after("a\xFF\xFA\x18x\xFF\xFD\x06z");
    CHECK(peer.text == "az");
    CHECK(peer.replies == "\xFF\xFC\x06");
    CHECK(peer.dropped == 0);
}

TEST_CASE("telnet: a subnegotiation without an end is bounded") {
    const std::string longest(TelnetFilter::MAX_SUBNEGOTIATION, 'x');
    Peer whole = after("a\xFF\xFA" + longest + "\xFF\xF0z");
    CHECK(whole.text == "az");
    CHECK(whole.dropped == 0);

    Peer beyond = after("a\xFF\xFA" + longest + "yz");
    CHECK(beyond.text == "ayz");
    CHECK(beyond.dropped == TelnetFilter::MAX_SUBNEGOTIATION);
    beyond.send("more");
    CHECK(beyond.text == "ayzmore");

    Peer between = after("\xFF\xFA" + longest + "\xFF");
    CHECK(between.text == "");
    between.send("yz");
    CHECK(between.text == "\xFFyz");

    std::string doubled;
    for (int i = 0; i < 600; ++i) doubled += "\xFF\xFF";
    Peer escaped = after("a\xFF\xFA" + doubled);
    CHECK(escaped.dropped == TelnetFilter::MAX_SUBNEGOTIATION);
    CHECK(escaped.text == "a" + std::string(600 - TelnetFilter::MAX_SUBNEGOTIATION / 2, '\xFF'));
}

TEST_CASE("telnet: any split of any stream") {
    CHECK(rc::check("gives the same text and the same replies", [] {
        const auto fragment = rc::gen::weightedOneOf<std::string>(
            {{4, rc::gen::container<std::string>(rc::gen::inRange<char>('a', 'z'))},
             {2, rc::gen::just<std::string>("\xFF")},
             {1, rc::gen::just<std::string>("\xFF\xFF")},
             {1, rc::gen::just<std::string>("\xFF\xF4")},
             {1, rc::gen::just<std::string>("\xFF\xFD\x06")},
             {1, rc::gen::just<std::string>("\xFF\xFC\xFF")},
             {1, rc::gen::just<std::string>("\xFF\xFA\x18ok\xFF\xF0")},
             {1, rc::gen::just<std::string>("\xFF\xFA\x1F")},
             {1, rc::gen::just(std::string(1023, 'x'))},
             {1, rc::gen::arbitrary<std::string>()}});
        std::string stream;
        // Few enough that the replies of one call are all said.
        for (const std::string& each : *rc::gen::container<std::vector<std::string>>(
                 *rc::gen::inRange<std::size_t>(0, 16), fragment)) {
            stream += each;
        }
        Peer at_once = after(stream);
        at_once.end();

        Peer split;
        const std::size_t longest = *rc::gen::element<std::size_t>(1, 2, 3, 7, 2000);
        std::string_view rest = stream;
        while (!rest.empty()) {
            const std::size_t size = *rc::gen::inRange<std::size_t>(1, longest + 1);
            split.send(rest.substr(0, size));
            rest.remove_prefix(std::min(size, rest.size()));
        }
        split.end();
        RC_PRE(at_once.replies.size() < TelnetFilter::MAX_REPLIES);
        RC_ASSERT(split.text == at_once.text);
        RC_ASSERT(split.replies == at_once.replies);
        RC_ASSERT(split.dropped == at_once.dropped);
    }));
}
