#include "common/record/record_values.hpp"

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

bool are_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) noexcept { return c >= '0' && c <= '9'; });
}

// Parses all of `text` as a JSON number.
template <typename Number>
std::optional<Number> to_number(std::string_view text) noexcept {
    if (text.size() > 1 && text[0] == '0' && text[1] != '.') return std::nullopt;
    return parse_number<Number>(text);
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

std::optional<WallTime> parse_record_time(std::string_view text) noexcept {
    constexpr std::string_view FORM = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    if (text.size() != FORM.size()) return std::nullopt;
    for (std::size_t i = 0; i < FORM.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (FORM[i] == 'd' ? !digit : text[i] != FORM[i]) return std::nullopt;
    }
    const auto number = [text](std::size_t at, std::size_t length) noexcept {
        int value = 0;
        for (const char digit : text.substr(at, length)) value = value * 10 + (digit - '0');
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                              day{static_cast<unsigned>(number(8, 2))}};
    const int second = number(17, 2);
    if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || second > 60) return std::nullopt;
    return sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{second} +
           microseconds{number(20, 6)};
}

void append_seconds(std::string& into, Duration duration) {
    const auto total = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0));
    std::array<char, 4> fraction{'.'};
    put_padded(fraction.data() + 1, milliseconds % 1000, 3);
    append_number(into, milliseconds / 1000);
    into.append(fraction.data(), fraction.size());
}

std::optional<Duration> parse_seconds(std::string_view text) noexcept {
    constexpr double MOST = 1e9;
    const std::size_t point = text.find('.');
    if (!are_digits(text.substr(0, point))) return std::nullopt;
    if (point != std::string_view::npos && !are_digits(text.substr(point + 1))) return std::nullopt;
    const auto seconds = to_number<double>(text);
    if (!seconds || *seconds > MOST) return std::nullopt;
    return std::chrono::round<Duration>(std::chrono::duration<double>{*seconds});
}

std::optional<std::uint64_t> parse_count(std::string_view text) noexcept {
    constexpr std::size_t SURELY_IN_RANGE = 19;  // digits
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    if (text.size() > SURELY_IN_RANGE) {
        return are_digits(text) ? to_number<std::uint64_t>(text) : std::nullopt;
    }
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

}  // namespace hark
