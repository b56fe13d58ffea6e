// Which records a follower gets, and what happens to one that is too slow.
#include "daemon/control/tail.hpp"
#include "tests/common/record/records.hpp"
#include "tests/daemon/control/control_fixture.hpp"

#include <numeric>

using namespace hark;
using namespace std::chrono_literals;
using test::call;
using test::ControlFixture;
using test::Json;
using test::MessageRecord;

namespace {

bool wants(const TailFilter& filter, const Record& record) {
    std::string lowered;
    return filter.wants(record, lowered);
}

Record diagnostic(std::string_view text, std::array<Detail, 2>& details) {
    details = {Detail{Key::level, std::string_view{"info"}}, Detail{Key::text, text}};
    return {.event = Event::diagnostic, .time = test::RECORD_TIME, .details = details};
}

struct Streams : ControlFixture {
    struct Heard {
        std::vector<Json> records;
        std::uint64_t dropped = 0;
        std::size_t told = 0;  // times
    };
    // Everything that comes to `client`, until nothing more does.
    Heard hear(int client) {
        std::string bytes;
        for (int quiet = 0; quiet < 3;) {
            const std::string more = said(client);
            quiet = more.empty() ? quiet + 1 : 0;
            bytes += more;
            round();
        }
        Heard heard;
        for (test::Reply& reply : test::replies_in(bytes)) {
            CHECK(reply.continues);
            CHECK(reply.error.empty());
            CHECK(reply.parameters.size() == 1);
            if (reply.parameters.contains("record")) {
                heard.records.push_back(std::move(reply.parameters["record"]));
            } else {
                heard.dropped += reply.parameters["dropped"].get<std::uint64_t>();
                ++heard.told;
            }
        }
        return heard;
    }
    std::vector<std::string> texts(int client) {
        std::vector<std::string> texts;
        for (const Json& each : hear(client).records) texts.push_back(each["text"]);
        return texts;
    }
};

}  // namespace

TEST_CASE("tail filter: messages, unless told otherwise") {
    const TailFilter filter;
    const MessageRecord message{"hello"};
    CHECK(wants(filter, message.record()));
    Record record = message.record();
    for (std::size_t event = 0; event < EVENTS; ++event) {
        record.event = static_cast<Event>(event);
        CHECK(wants(filter, record) == (record.event == Event::message));
    }
}

TEST_CASE("tail filter: a client, and a peer") {
    TailFilter filter;
    const MessageRecord message{"hello"};
    filter.client = 17;
    CHECK(wants(filter, message.record()));
    filter.client = 18;
    CHECK_FALSE(wants(filter, message.record()));
    filter.client = 0;
    const SocketAddress address = *SocketAddress::parse(test::PEER);
    Record record = message.record();
    record.peer.address = &address;
    struct Case {
        const char* pattern;
        bool wanted;
    };
    for (const Case& each : {Case{"192.0.2.7", true}, Case{"192.0.2.7:51324", true},
                             Case{"192.0.2.7:51325", false}, Case{"192.0.2.0/24", true},
                             Case{"198.51.100.0/24", false}, Case{"2001:db8::/32", false}}) {
        CAPTURE(each.pattern);
        filter.peer = AddressPattern::parse(each.pattern);
        REQUIRE(filter.peer);
        CHECK(wants(filter, record) == each.wanted);
    }
    std::array<Detail, 2> details{Detail{Key::level, std::uint64_t{}},
                                  Detail{Key::text, std::uint64_t{}}};
    filter.events.set();
    filter.peer = AddressPattern::parse("0.0.0.0/0");
    CHECK_FALSE(wants(filter, diagnostic("about no peer", details)));
}

TEST_CASE("tail filter: a part of the text, ASCII letters in any case") {
    TailFilter filter;
    filter.text = in_lower_case("WORLD");
    CHECK(wants(filter, MessageRecord{"Hello, World!"}.record()));
    CHECK_FALSE(wants(filter, MessageRecord{"Hello, Word!"}.record()));
    CHECK_FALSE(wants(filter, MessageRecord{""}.record()));
    filter.text = in_lower_case("你好É");
    CHECK(wants(filter, MessageRecord{"说你好É"}.record()));
    CHECK_FALSE(wants(filter, MessageRecord{"说你好é"}.record()));
    CHECK(in_lower_case("aZ[@`{ÀZ") == "az[@`{Àz");
    std::array<Detail, 2> details{Detail{Key::level, std::uint64_t{}},
                                  Detail{Key::text, std::uint64_t{}}};
    filter.events.set();
    filter.text = "careful";
    CHECK(wants(filter, diagnostic("be CAREFUL", details)));
    CHECK_FALSE(wants(filter, {.event = Event::reloaded, .time = test::RECORD_TIME}));
}

TEST_CASE_FIXTURE(Streams, "tail: needs to be asked for a stream") {
    CHECK(ask(call("org.harkd.Tail")).error == varlink::EXPECTED_MORE);
    const UniqueFd client = control();
    test::send_all(client.get(), R"({"method":"org.harkd.Tail","more":true,"oneway":true})");
    test::send_all(client.get(), {"\0", 1});
    rounds(5);
    record("nobody's");
    rounds(3);
    CHECK(said(client.get()) == "");
    CHECK(ask(client.get(), call("org.harkd.Status")).parameters["tails"] == 0);
}

TEST_CASE_FIXTURE(Streams, "tail: records as they are made, as in a log file") {
    record("too early");
    round();
    const UniqueFd client = tail();
    record("one");
    round();
    record("two\x1b");
    round();
    const Heard heard = hear(client.get());
    REQUIRE(heard.records.size() == 2);
    for (std::size_t each = 0; each < 2; ++each) {
        CHECK(nlohmann::json(heard.records[each]) == sink->records[each + 1]);
    }
    CHECK(heard.dropped == 0);
}

TEST_CASE_FIXTURE(Streams, "tail: what is filtered out is not counted as dropped") {
    const UniqueFd words = tail({{"text", "WANTED"}});
    const UniqueFd net = tail({{"peer", "10.0.0.0/8"}});
    const UniqueFd one = tail({{"client", 1}, {"events", {"connected", "closed"}}});
    const UniqueFd none = tail({{"events", Json::array()}});
    UniqueFd peer = connect();
    for (int count = 0; count < 10; ++count) {
        record("wanted");
        record("other", "10.1.2.3:4");
        round();
    }
    peer.reset();
    await("closed", 1);
    CHECK(texts(words.get()) == std::vector<std::string>(10, "wanted"));
    CHECK(texts(net.get()) == std::vector<std::string>(10, "other"));
    const auto events = hear(one.get()).records;
    REQUIRE(events.size() == 2);
    CHECK(events[0]["event"] == "connected");
    CHECK(events[1]["event"] == "closed");
    CHECK(hear(none.get()).records.empty());
}

TEST_CASE_FIXTURE(Streams, "tail: one who does not read loses whole records, and is told") {
    const UniqueFd slow = tail();
    const UniqueFd quick = tail();
    std::size_t quickly = 0;
    std::uint64_t quick_lost = 0;
    constexpr std::size_t RECORDS = 20'000;
    const std::string text(100, 'x');
    for (std::size_t count = 0; count < RECORDS; ++count) {
        record(text);
        if (count % 50 == 49) {
            round();
            const Heard heard = hear(quick.get());
            quickly += heard.records.size();
            quick_lost += heard.dropped;
        }
    }
    CHECK(quickly == RECORDS);
    CHECK(quick_lost == 0);
    // No more records are made, but the follower is still told how many were left out.
    const Heard heard = hear(slow.get());
    CHECK(heard.records.size() + heard.dropped == RECORDS);
    CHECK(heard.dropped > 0);
    CHECK(heard.records.size() > 1000);
    CHECK(ask(call("org.harkd.Status")).parameters["tail_dropped"] == heard.dropped);
    record("again");
    round();
    CHECK(hear(slow.get()).records.size() == 1);
}

TEST_CASE_FIXTURE(Streams, "tail: a round has only so much for all streams together") {
    std::vector<UniqueFd> tails;
    for (int count = 0; count < 32; ++count) tails.push_back(tail());
    constexpr std::size_t RECORDS = 1000;
    for (std::size_t count = 0; count < RECORDS; ++count) record("a record of some length");
    round();
    std::size_t bytes = 0;
    for (const UniqueFd& each : tails) {
        const Heard heard = hear(each.get());
        CHECK(heard.records.size() + heard.dropped == RECORDS);
        // They share what a round may send.
        CHECK(heard.records.size() > 5);
        CHECK(heard.told == 1);
        for (const Json& record : heard.records) bytes += record.dump().size();
    }
    CHECK(bytes < 80'000);
}

TEST_CASE_FIXTURE(Streams, "tail: a reader that is gone gives its place back, record or not") {
    UniqueFd closed = tail();
    UniqueFd half_closed = tail({{"text", "what never comes"}});
    ::shutdown(half_closed.get(), SHUT_WR);
    rounds(3);
    CHECK(ask(call("org.harkd.Status")).parameters["tails"] == 2);
    record("what never comes, but now");
    round();
    CHECK(hear(half_closed.get()).records.size() == 1);
    closed.reset();
    half_closed.reset();
    rounds(3);
    CHECK(ask(call("org.harkd.Status")).parameters["tails"] == 0);
    record("nobody looks");
    round();
}
