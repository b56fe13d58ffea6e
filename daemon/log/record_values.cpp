#include "daemon/log/record_values.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace hark {

namespace {

// `number` in exactly `width` digits.
void append_padded(std::string& into, std::uint64_t number, std::size_t width) {
    std::array<char, 20> digits;
    for (std::size_t place = width; place-- > 0; number /= 10) {
        digits[place] = static_cast<char>('0' + number % 10);
    }
    into.append(digits.data(), width);
}

}  // namespace

void append_time(std::string& into, WallTime time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    const auto number = [](auto value) { return static_cast<std::uint64_t>(value.count()); };
    append_padded(into, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    into.push_back('-');
    append_padded(into, static_cast<unsigned>(date.month()), 2);
    into.push_back('-');
    append_padded(into, static_cast<unsigned>(date.day()), 2);
    into.push_back('T');
    append_padded(into, number(clock.hours()), 2);
    into.push_back(':');
    append_padded(into, number(clock.minutes()), 2);
    into.push_back(':');
    append_padded(into, number(clock.seconds()), 2);
    into.push_back('.');
    append_padded(into, number(clock.subseconds()), 6);
    into.push_back('Z');
}

void append_seconds(std::string& into, Duration duration) {
    const auto total = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0));
    append_number(into, milliseconds / 1000);
    into.push_back('.');
    append_padded(into, milliseconds % 1000, 3);
}

}  // namespace hark
