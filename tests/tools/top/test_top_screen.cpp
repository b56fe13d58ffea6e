#include "tools/terminal/columns.hpp"
#include "tools/top/top_screen.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

// A daemon with this many clients; number 1 sends most.
TopModel a_daemon(std::uint64_t clients) {
    TopModel model;
    for (const double uptime : {10.0, 11.0}) {
        TopSample sample;
        sample.status.version = "0.1.0";
        sample.status.run = "5f3a9c01";
        sample.status.uptime = uptime;
        sample.status.connections = clients;
        sample.status.sinks = {{.name = "journal", .state = "clear"}};
        for (std::uint64_t id = 1; id <= clients; ++id) {
            const auto messages = uptime > 10 ? 1000 / id : 0;
            sample.clients.push_back({.id = id,
                                      .peer = "192.0.2.7:" + std::to_string(id),
                                      .messages = messages,
                                      .reading = id != 2});
        }
        model.take(sample);
    }
    return model;
}

std::vector<std::string> texts_of(const TopModel& model, const TopLook& look) {
    std::vector<std::string> texts;
    for (TopLine& line : top_lines(model, look, LocaleCharset{"UTF-8"})) {
        texts.push_back(std::move(line.text));
    }
    return texts;
}

bool has(const std::vector<std::string>& texts, std::string_view part) {
    return std::any_of(texts.begin(), texts.end(), [part](const std::string& text) {
        return text.find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("top screen: the daemon, its clients, and the keys") {
    const auto texts = texts_of(a_daemon(3), {.columns = 100, .rows = 24});
    REQUIRE(texts.size() == 24);
    CHECK(texts.front().starts_with("harkd 0.1.0, run 5f3a9c01, up 11s; 3 clients"));
    CHECK(has(texts, "Log journal: clear"));
    const auto title = std::find_if(texts.begin(), texts.end(), [](const std::string& text) {
        return text.find("Messages/s") != std::string::npos;
    });
    REQUIRE(title != texts.end());
    CHECK((title + 1)->find("192.0.2.7:1 ") != std::string::npos);
    CHECK((title + 2)->find("192.0.2.7:2 ") != std::string::npos);
    CHECK((title + 2)->ends_with("0!"));  // it does not read
    CHECK(texts.back() == "q quits, s sorts (by messages a second), p pauses");
}

TEST_CASE("top screen: clients over a rate") {
    const auto texts_of_limited = [](std::uint64_t rate) {
        TopModel model;
        TopSample sample;
        sample.status.limits.messages_per_second = rate;
        sample.status.slowed = 1;
        sample.clients = {{.id = 1, .peer = "192.0.2.7:1", .limited = true},
                          {.id = 2, .peer = "192.0.2.7:2"}};
        model.take(sample);
        return texts_of(model, {.columns = 100, .rows = 24});
    };
    auto texts = texts_of_limited(5);
    CHECK(texts.front().ends_with(", 1 slowed down"));
    CHECK(has(texts, "Unread  Rate"));
    CHECK(has(texts, "0  limited"));
    texts = texts_of_limited(0);
    CHECK_FALSE(has(texts, "Unread  Rate"));
}

TEST_CASE("top screen: what is left out where there is little room") {
    const TopModel model = a_daemon(100);
    SUBCASE("clients before the daemon's figures") {
        const auto texts = texts_of(model, {.columns = 100, .rows = 7});
        CHECK(texts.size() == 7);
        CHECK(has(texts, "192.0.2.7:1 "));
        CHECK_FALSE(has(texts, "Memory"));
    }
    SUBCASE("one row") {
        const auto texts = texts_of(model, {.columns = 20, .rows = 1});
        REQUIRE(texts.size() == 1);
        CHECK(texts[0].starts_with("harkd 0.1.0"));
    }
}

TEST_CASE("top screen: the last line says what is going on") {
    TopModel model = a_daemon(1);
    const auto last = [&model](const TopLook& look) { return texts_of(model, look).back(); };
    CHECK(last({.columns = 80, .rows = 10, .paused = true}).find("paused, p resumes") !=
          std::string::npos);
    CHECK(last({.columns = 80, .rows = 10, .trouble = "the daemon has gone"}) ==
          "the daemon has gone");
    model.set_order(TopOrder::unread);
    CHECK(last({.columns = 80, .rows = 10}).find("by unread replies") != std::string::npos);
    TopSample sample;
    sample.all_clients = false;
    sample.clients.resize(7);
    model.take(sample);
    CHECK(last({.columns = 80, .rows = 10}).ends_with("; of the first 7 clients"));
}

TEST_CASE("top screen: never exceeded, and what is wrong is on it") {
    TopModel model;
    TopSample sample;
    sample.clients = {{.id = 1, .peer = "192.0.2.7:1"}, {.id = 2, .peer = "b"}};
    sample.status.sinks = {{.name = "journal", .state = "clear"},
                           {.name = "console", .state = "blocked"}};
    model.take(sample);
    const LocaleCharset charset{"UTF-8"};
    CHECK(rc::check([&](std::uint8_t columns, std::uint8_t rows) {
        const auto lines =
            top_lines(model, {.columns = columns, .rows = rows, .blocks = false}, charset);
        RC_ASSERT(lines.size() == (columns == 0 ? 0U : rows));
        bool trouble = false;
        for (const TopLine& line : lines) {
            RC_ASSERT(columns_of(line.text) <= columns);
            trouble = trouble || line.style == TopLine::Style::trouble;
        }
        RC_ASSERT(trouble == (columns > 0 && rows > 2));
    }));
}
