#include "daemon/connection/connection_state.hpp"
#include "tests/daemon/connection/small_daemon.hpp"

#include <string_view>

using namespace hark;
using test::SmallDaemon;

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection state: fits the listener, in each combination there is") {
    struct Case {
        Framing framing;
        CharsetMode charset;
        std::string_view begun;  // half a message
    };
    for (const Case& each : {Case{Framing::automatic, CharsetMode::automatic, "half"},
                             Case{Framing::automatic, CharsetMode::utf16le, "h"},
                             Case{Framing::line, CharsetMode::utf16be, "half"},
                             Case{Framing::chunk, CharsetMode::gb18030, "half"},
                             Case{Framing::delimited, CharsetMode::automatic, "half"},
                             Case{Framing::counted, CharsetMode::automatic, "10 half"},
                             Case{Framing::counted, CharsetMode::utf16be, "10 half"},
                             Case{Framing::length, CharsetMode::utf16le, {"\0\0\0\x0Ahalf", 8}}}) {
        CAPTURE(name(each.framing));
        ListenerProfile profile;
        profile.framing.framing = each.framing;
        if (each.framing == Framing::delimited) profile.framing.end = Delimiter{"\x03"};
        profile.charset = each.charset;
        const UniqueFd client = connect(profile);
        CHECK_NOTHROW(check_fits(last->state(0), profile));
        send(client.get(), each.begun);
        CHECK_NOTHROW(check_fits(last->state(0), profile));
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "connection state: a header is short, and a message has but one") {
    ListenerProfile profile;
    profile.framing.framing = Framing::counted;
    const UniqueFd client = connect(profile);
    send(client.get(), "12");
    ConnectionState state = last->state(0);
    const auto fits = [&](std::string_view header, bool in_parts) {
        state.framer.message.resume(header, in_parts);
        try {
            check_fits(state, profile);
            return true;
        } catch (const StateError&) {
            return false;
        }
    };
    CHECK(fits("12", false));
    CHECK(fits("123456789", false));
    CHECK_FALSE(fits("1234567890", false));
    CHECK_FALSE(fits("12", true));
}

TEST_CASE_FIXTURE(SmallDaemon, "connection state: a descriptor that is not there any more") {
    const UniqueFd client = connect();
    send(client.get(), "one\nhalf");
    ConnectionState state = last->state(0);
    const ListenerProfile profile = last->profile();
    last->abandon();
    await("closed", 1);
    state.number = 2;
    Connection& there = context->connections.add(std::make_unique<Connection>(
        *context, ByteStream{UniqueFd{}, nullptr}, state, context->profiles.keep(profile)));
    there.resume();
    await("closed", 2);
    CHECK(closing()["reason"] == "error");
    CHECK(closing()["messages"] == 2);
    CHECK(messages() == test::Texts{"one/lf", "half/reset"});
    CHECK(context->connections.size() == 0);
    round();
}
