#include "daemon/stream/batch.hpp"
#include "tests/support/state_round_trip.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("batch: its ids, and no others") {
    Batch batch{.first = 17, .last = 20};
    CHECK(batch.records() == 4);
    CHECK(batch.id("5f3a9c01") == "5f3a9c01-17-20");
    CHECK(batch.had_id("5f3a9c01", "5f3a9c01-17-20"));
    CHECK_FALSE(batch.had_id("5f3a9c01", "5f3a9c01-17-20.1"));
    batch.renewals = 2;
    CHECK(batch.id("5f3a9c01") == "5f3a9c01-17-20.2");
    for (const char* const id : {"5f3a9c01-17-20", "5f3a9c01-17-20.1", "5f3a9c01-17-20.2"}) {
        CHECK(batch.had_id("5f3a9c01", id));
    }
    for (const char* const id : {"", "5f3a9c01-17-2", "5f3a9c01-17-200", "5f3a9c01-17-20.",
                                 "5f3a9c01-17-20.0", "5f3a9c01-17-20.3", "5f3a9c01-17-20.1x",
                                 "5f3a9c02-17-20", "5f3a9c01-17-20.99999999999"}) {
        CAPTURE(id);
        CHECK_FALSE(batch.had_id("5f3a9c01", id));
    }
    const Batch none;
    CHECK_FALSE(none.exists());
    CHECK(none.records() == 0);
    CHECK_FALSE(none.had_id("5f3a9c01", "5f3a9c01-0-0"));
}

TEST_CASE("batch: what the next process gets") {
    StreamState state{.is_known = true,
                      .sequence = 7,
                      .batch = {.first = 17, .last = 20, .renewals = 1},
                      .empty_answers = 1};
    StreamState read = test::written_and_read(state);
    CHECK(read.is_known);
    CHECK(read.sequence == 7);
    CHECK(read.batch.first == 17);
    CHECK(read.batch.last == 20);
    CHECK(read.batch.renewals == 1);
    CHECK(read.empty_answers == 1);

    state.batch = {.first = 20, .last = 17};
    std::string bytes;
    StateWriter writer{bytes};
    describe(writer, state);
    StateReader bad{bytes};
    CHECK_THROWS_AS(describe(bad, read), StateError);
}
