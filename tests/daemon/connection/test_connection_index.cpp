#include "daemon/connection/connection_index.hpp"
#include "tests/daemon/connection/small_daemon.hpp"

#include <algorithm>
#include <random>

using namespace hark;
using test::SmallDaemon;

namespace {

// Connections that are nothing but numbers.
struct Numbered : SmallDaemon {
    Connection& add(std::uint64_t number) {
        auto& added = all.emplace_back(
            std::make_unique<Connection>(*context, ByteStream{UniqueFd{}, nullptr}, SocketAddress{},
                                         number, context->profiles.keep({})));
        index.add(*added);
        return *added;
    }
    [[nodiscard]] std::vector<std::uint64_t> page(std::uint64_t after, std::size_t limit) const {
        std::vector<std::uint64_t> numbers;
        for (const Connection* each : index.page(after, limit)) numbers.push_back(each->number());
        return numbers;
    }
    std::vector<std::unique_ptr<Connection>> all;
    ConnectionIndex index;
};

}  // namespace

TEST_CASE_FIXTURE(Numbered, "connection index: what is there, whoever came and went") {
    std::mt19937 random{17};
    std::vector<Connection*> there;
    for (std::uint64_t number = 1; number <= 3000; ++number) {
        there.push_back(&add(3 * number));
        // More come at first, and more go later.
        while (!there.empty() && random() % 3000 < number) {
            const auto one = there.begin() + static_cast<std::ptrdiff_t>(random() % there.size());
            index.remove(**one);
            CHECK(index.find((*one)->number()) == nullptr);
            there.erase(one);
        }
        if (number % 100 != 0) continue;
        std::vector<std::uint64_t> expected;
        for (const Connection* each : there) {
            expected.push_back(each->number());
            CHECK(index.find(each->number()) == each);
            CHECK(index.find(each->number() + 1) == nullptr);
        }
        REQUIRE(page(0, 3000) == expected);
        const std::uint64_t after = random() % (3 * number);
        std::erase_if(expected, [after](std::uint64_t each) { return each <= after; });
        expected.resize(std::min<std::size_t>(expected.size(), 7));
        REQUIRE(page(after, 7) == expected);
    }
}

TEST_CASE_FIXTURE(Numbered, "connection index: the greatest numbers") {
    Connection& least = add(1);
    Connection& greatest = add(std::uint64_t{INT64_MAX});
    CHECK(index.find(std::uint64_t{INT64_MAX}) == &greatest);
    CHECK(index.find(UINT64_MAX) == nullptr);
    CHECK(page(UINT64_MAX, 9).empty());
    CHECK(page(1, 9) == std::vector{std::uint64_t{INT64_MAX}});
    index.remove(greatest);
    CHECK(index.find(std::uint64_t{INT64_MAX}) == nullptr);
    CHECK(page(0, 9) == std::vector<std::uint64_t>{1});
    index.remove(least);
    CHECK(page(0, 9).empty());
}
