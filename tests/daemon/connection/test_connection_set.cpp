#include "daemon/connection/connection_set.hpp"
#include "tests/daemon/connection/small_daemon.hpp"

#include <algorithm>

using namespace hark;
using test::SmallDaemon;

namespace {

using Numbers = std::vector<std::uint64_t>;

struct Crowd : SmallDaemon {
    void connect_all(std::size_t count) {
        for (std::size_t each = 0; each < count; ++each) clients.push_back(connect());
    }
    [[nodiscard]] Numbers page(std::uint64_t after, std::size_t limit) const {
        Numbers numbers;
        for (const Connection* each : context->connections.index().page(after, limit)) {
            numbers.push_back(each->number());
        }
        return numbers;
    }
    std::vector<UniqueFd> clients;
};

}  // namespace

TEST_CASE_FIXTURE(Crowd, "connection set: pages in the order of the numbers") {
    CHECK(page(0, 3).empty());
    connect_all(7);
    CHECK(page(0, 3) == Numbers{1, 2, 3});
    CHECK(page(3, 3) == Numbers{4, 5, 6});
    CHECK(page(6, 3) == Numbers{7});
    CHECK(page(7, 3).empty());
    CHECK(page(0, 0).empty());
    CHECK(page(0, 100).size() == 7);
    CHECK(page(~std::uint64_t{0}, 3).empty());
}

TEST_CASE_FIXTURE(Crowd, "connection set: the lists are in no order, and pages are") {
    connect_all(50);
    // Some are parked, and come back after the others.
    round();
    refuse_records();
    for (const std::size_t each : {40U, 7U, 23U}) test::send_all(clients[each].get(), "x\n");
    await([&] { return context->clock.paused(); });
    test::send_all(clients[1].get(), "x\n");
    for (int count = 0; count < 3; ++count) loop.run_once(std::chrono::milliseconds{5});
    CHECK(page(0, 5) == Numbers{1, 2, 3, 4, 5});
    CHECK(context->connections.index().find(2) != nullptr);
    take_records();
    await([&] { return log.accepting(); });
    Numbers all;
    for (std::uint64_t after = 0;;) {
        const Numbers next = page(after, 7);
        if (next.empty()) break;
        all.insert(all.end(), next.begin(), next.end());
        after = next.back();
    }
    CHECK(all.size() == 50);
    CHECK(std::ranges::is_sorted(all));
}

// Many connections are idle, so their size decides how much memory the daemon needs. An allocation
// adds 8 bytes, and is a multiple of 16.
static_assert(sizeof(Connection) <= 1304);

TEST_CASE_FIXTURE(Crowd, "connection set: one by its number, as long as it is there") {
    connect_all(3);
    REQUIRE(context->connections.index().find(2) != nullptr);
    CHECK(context->connections.index().find(2)->number() == 2);
    CHECK(context->connections.index().find(0) == nullptr);
    CHECK(context->connections.index().find(4) == nullptr);
    clients[1].reset();
    await("closed", 1);
    CHECK(context->connections.index().find(2) == nullptr);
    CHECK(page(0, 9) == Numbers{1, 3});
}
