#include "daemon/log/pending_entries.hpp"

#include <deque>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

TEST_CASE("pending entries: first in, first out") {
    PendingEntries entries;
    CHECK(entries.empty());
    for (const char* text : {"one", "", "three"}) {
        entries.end().append(text);
        entries.end_entry();
    }
    REQUIRE(entries.size() == 3);
    CHECK(entries.bytes() == 8);
    CHECK(entries[0] == "one");
    CHECK(entries[1].empty());
    CHECK(entries[2] == "three");
    entries.take(2);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0] == "three");
    CHECK(entries.bytes() == 5);
    entries.take(1);
    CHECK(entries.empty());
    CHECK(entries.bytes() == 0);
}

TEST_CASE("pending entries: like a queue of strings, whatever comes and goes") {
    CHECK(rc::check([](const std::vector<std::pair<std::string, std::uint8_t>>& steps) {
        PendingEntries entries;
        std::deque<std::string> expected;
        for (const auto& [text, taken] : steps) {
            entries.end().append(text);
            entries.end_entry();
            expected.push_back(text);
            const std::size_t count = taken % (expected.size() + 1);
            entries.take(count);
            expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(count));
            RC_ASSERT(entries.size() == expected.size());
            std::size_t bytes = 0;
            for (std::size_t index = 0; index < expected.size(); ++index) {
                RC_ASSERT(entries[index] == expected[index]);
                bytes += expected[index].size();
            }
            RC_ASSERT(entries.bytes() == bytes);
        }
    }));
}

TEST_CASE("pending entries: neither a burst nor a queue that is never empty keeps its memory") {
    PendingEntries entries;
    const std::string entry(1000, 'x');
    for (int count = 0; count < 10'000; ++count) {
        entries.end().append(entry);
        entries.end_entry();
    }
    CHECK(entries.end().capacity() >= 10'000'000);
    entries.take(10'000);
    CHECK(entries.end().capacity() < 100);

    entries.end().append(entry);
    entries.end_entry();
    for (int count = 0; count < 100'000; ++count) {
        entries.end().append(entry);
        entries.end_entry();
        entries.take(1);
    }
    CHECK(entries.end().capacity() < 10'000);
}
