#include "daemon/state/archive.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

enum class Colour : std::uint8_t { red, green, blue };

struct Inner {
    int number = 7;
    std::string text = "inner";
    friend bool operator==(const Inner&, const Inner&) = default;
};

struct Outer {
    std::int8_t tiny = -1;
    std::int64_t large = 0;
    std::uint64_t unsigned_large = 0;
    std::uint16_t port = 0;
    bool flag = false;
    Colour colour = Colour::red;
    Duration duration{};
    TimePoint time{};
    WallTime wall{};
    std::string text = "new";
    Inner part{};
    std::optional<Inner> maybe{};
    std::vector<Inner> list{};
    std::vector<std::string> texts{};
    friend bool operator==(const Outer&, const Outer&) = default;
};

template <typename Archive>
void describe(Archive& archive, Inner& inner) {
    inner.number = archive.number(1, inner.number);
    inner.text = archive.text(2, inner.text, 10);
}

template <typename Archive>
void describe(Archive& archive, Outer& outer) {
    outer.tiny = archive.number(1, outer.tiny);
    outer.large = archive.number(2, outer.large);
    outer.unsigned_large = archive.number(3, outer.unsigned_large);
    outer.port = archive.number(4, outer.port);
    outer.flag = archive.flag(5, outer.flag);
    outer.colour = archive.number(6, outer.colour, Colour::blue);
    outer.duration = archive.duration(7, outer.duration);
    outer.time = archive.time(8, outer.time);
    outer.wall = archive.wall_time(9, outer.wall);
    outer.text = archive.text(10, outer.text, 100);
    archive.part(11, outer.part);
    archive.optional(12, outer.maybe);
    archive.list(13, outer.list, 3);
    archive.texts(200, outer.texts, 10);
    archive.require(outer.port != 13);
}

template <typename Struct>
std::string written(Struct value) {
    std::string bytes;
    StateWriter writer{bytes};
    describe(writer, value);
    return bytes;
}

template <typename Struct>
Struct read(std::string_view bytes) {
    Struct value;
    StateReader reader{bytes};
    describe(reader, value);
    return value;
}

// A field: its number and length, both below 128, and the bytes.
std::string field(unsigned number, std::string_view bytes) {
    return std::string{static_cast<char>(number), static_cast<char>(bytes.size())}.append(bytes);
}

// The reader's error; empty: none.
std::string problem_with(std::string_view bytes) {
    try {
        static_cast<void>(read<Outer>(bytes));
    } catch (const StateError& problem) {
        return problem.what();
    }
    return {};
}

Outer full() {
    return {.tiny = std::numeric_limits<std::int8_t>::min(),
            .large = std::numeric_limits<std::int64_t>::min(),
            .unsigned_large = std::numeric_limits<std::uint64_t>::max(),
            .port = 65'535,
            .flag = true,
            .colour = Colour::blue,
            .duration = -5s,
            .time = TimePoint{1h},
            .wall = WallTime{std::chrono::hours{24 * 365 * 60}},
            .text = std::string{"a\0b\n\xff", 5},
            .part = {.number = std::numeric_limits<int>::min(), .text = ""},
            .maybe = Inner{},
            .list = {{.number = 1}, {.number = 2}, {.number = 3}},
            .texts = {"", "one", "two"}};
}

}  // namespace

TEST_CASE("archive: every kind of value, at its limits") {
    CHECK(read<Outer>(written(full())) == full());
    CHECK(read<Outer>(written(Outer{})) == Outer{});
    Outer greatest;
    greatest.tiny = std::numeric_limits<std::int8_t>::max();
    greatest.large = std::numeric_limits<std::int64_t>::max();
    CHECK(read<Outer>(written(greatest)) == greatest);
}

TEST_CASE("archive: any numbers and texts") {
    CHECK(rc::check([](std::int64_t large, std::uint64_t unsigned_large, std::int8_t tiny,
                       int number, const std::vector<std::string>& texts) {
        Outer value;
        value.large = large;
        value.unsigned_large = unsigned_large;
        value.tiny = tiny;
        value.part.number = number;
        for (const std::string& text : texts) value.texts.push_back(text.substr(0, 10));
        RC_ASSERT(read<Outer>(written(value)) == value);
    }));
}

TEST_CASE("archive: a field that is missing keeps its value") {
    CHECK(read<Outer>("") == Outer{});
    const Outer other = read<Outer>(field(4, "\x05"));
    CHECK(other.port == 5);
    CHECK(other.text == "new");
    CHECK(other.part == Inner{});
    // Within a part, too.
    CHECK(read<Outer>(field(11, field(1, "\x02"))).part == Inner{.number = 1});
    CHECK(read<Outer>(field(12, "")).maybe == Inner{});
}

TEST_CASE("archive: a field that is unknown is skipped, wherever it is") {
    const std::string unknown = field(99, "whatever") + field(98, "");
    CHECK(read<Outer>(unknown + written(full()) + unknown) == full());
    const std::string bytes = field(1, "\x01") + unknown + field(10, "text");
    CHECK(read<Outer>(bytes).text == "text");
    CHECK(read<Outer>(field(11, unknown + field(2, "x"))).part.text == "x");
}

TEST_CASE("archive: fields in another order") {
    const Outer value = read<Outer>(field(10, "text") + field(4, "\x05") + field(1, "\x03"));
    CHECK(value.text == "text");
    CHECK(value.port == 5);
    CHECK(value.tiny == -2);
}

TEST_CASE("archive: whatever is cut off is refused") {
    const std::string bytes = written(full());
    std::size_t refused = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::string problem = problem_with(std::string_view{bytes}.substr(0, size));
        // Cut between two fields, it is only shorter.
        if (!problem.empty()) {
            ++refused;
            CHECK(problem == "a field is cut off");
        }
    }
    CHECK(refused > bytes.size() / 2);
}

TEST_CASE("archive: lengths that do not fit, and numbers without end") {
    CHECK(problem_with("\x01") == "a field is cut off");
    CHECK(problem_with("\x01\x02\x05") == "a field is cut off");
    CHECK(problem_with("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") == "a field is cut off");
    CHECK(problem_with("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02") == "a field is cut off");
    CHECK(problem_with(std::string(100, '\xff')) == "a field is cut off");
    CHECK(problem_with(field(1, "")) == "field 1 has a value that it cannot have");
    CHECK(problem_with(field(1, "\x01\x01")) == "field 1 has a value that it cannot have");
    CHECK(problem_with(field(1, "\x80")) == "field 1 has a value that it cannot have");
    CHECK(problem_with(field(3, std::string(9, '\xff') + "\x02")) ==
          "field 3 has a value that it cannot have");
}

TEST_CASE("archive: values that a field cannot have") {
    CHECK(problem_with(field(1, "\x80\x02")) == "field 1 has a value that it cannot have");  // 128
    CHECK(problem_with(field(1, "\xff\x01")).empty());                                       // -128
    CHECK(problem_with(field(4, "\x80\x80\x04")) == "field 4 has a value that it cannot have");
    CHECK(problem_with(field(5, "\x02")) == "field 5 has a value that it cannot have");
    CHECK(problem_with(field(6, "\x02")).empty());
    CHECK(problem_with(field(6, "\x03")) == "field 6 has a value that it cannot have");
    // 256 is not red, whose value is 0.
    CHECK(problem_with(field(6, "\x80\x02")) == "field 6 has a value that it cannot have");
    CHECK(problem_with(field(10, std::string(100, 'x'))).empty());
    CHECK(problem_with(field(10, std::string(101, 'x'))) ==
          "field 10 has a value that it cannot have");
    CHECK(problem_with(field(11, field(2, std::string(11, 'x')))) ==
          "field 2 has a value that it cannot have");
    CHECK(problem_with(field(11, "\x01")) == "a field is cut off");
    CHECK(problem_with(field(4, "\x0d")) == "its parts do not fit together");
}

TEST_CASE("archive: times so far away that sums of them could overflow") {
    for (const auto far :
         {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int64_t>::max() / 4 + 1}) {
        Outer value;
        value.time = TimePoint{Duration{far}};
        CHECK(problem_with(written(value)) == "field 8 has a value that it cannot have");
        value = {};
        value.duration = Duration{far};
        CHECK(problem_with(written(value)) == "field 7 has a value that it cannot have");
    }
}

TEST_CASE("archive: lists that are too long") {
    Outer value;
    value.list.resize(4);
    CHECK(problem_with(written(value)) == "field 13 has a value that it cannot have");
    value.list.resize(3);
    CHECK(problem_with(written(value)).empty());
    value.texts = {"12345678901"};
    CHECK(problem_with(written(value)) == "field 200 has a value that it cannot have");
}

TEST_CASE("archive: any bytes are read or refused") {
    CHECK(rc::check([](const std::string& bytes) { static_cast<void>(problem_with(bytes)); }));
}
