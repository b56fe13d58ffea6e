#include "daemon/log/record_values.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace hark {

namespace {

// `number` in exactly `width` digits.
void put_padded(char* into, std::uint64_t number, std::size_t width) noexcept {
    for (std::size_t place = width; place-- > 0; number /= 10) {
        into[place] = static_cast<char>('0' + number % 10);
    }
}

}  // namespace

std::string_view TimeText::of(WallTime time) noexcept {
    using namespace std::chrono;
    const auto second = floor<seconds>(time);
    if (second != second_) {
        second_ = second;
        const auto day = floor<days>(second);
        const year_month_day date{day};
        const hh_mm_ss clock{second - day};
        const auto put = [this](std::size_t place, auto number, std::size_t width) {
            put_padded(text_.data() + place, static_cast<std::uint64_t>(number), width);
        };
        put(0, static_cast<int>(date.year()), 4);
        put(5, static_cast<unsigned>(date.month()), 2);
        put(8, static_cast<unsigned>(date.day()), 2);
        put(11, clock.hours().count(), 2);
        put(14, clock.minutes().count(), 2);
        put(17, clock.seconds().count(), 2);
    }
    put_padded(text_.data() + 20, static_cast<std::uint64_t>((time - second).count()), 6);
    return text_;
}

void append_seconds(std::string& into, Duration duration) {
    const auto total = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0));
    std::array<char, 4> fraction{'.'};
    put_padded(fraction.data() + 1, milliseconds % 1000, 3);
    append_number(into, milliseconds / 1000);
    into.append(fraction.data(), fraction.size());
}

}  // namespace hark
