#include "daemon/log/json_lines.hpp"

#include "common/text/base64.hpp"
#include "common/text/number.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <chrono>

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

// RFC 3339 in UTC, with microseconds: "2026-11-22T10:00:00.123456Z".
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

void append_content(std::string& into, const Content& content) {
    if (content.message > 0) {
        into.append(R"(,"seq":)");
        append_number(into, content.message);
    }
    if (content.part > 0) {
        into.append(R"(,"part":)");
        append_number(into, content.part);
    }
    if (content.more) into.append(R"(,"more":true)");
    into.append(R"(,"text":)");
    append_json_string(into, content.text);
    into.append(R"(,"charset":")").append(name(content.charset)).append(R"(","bytes":)");
    append_number(into, content.bytes);
    if (!content.exact) {
        into.append(R"(,"raw":")");
        append_base64(into, content.raw);
        into.push_back('"');
    }
    if (content.message > 0) {
        into.append(R"(,"end":")").append(name(content.end)).push_back('"');
    }
}

struct AppendValue {
    std::string& into;

    // A path or a reason may be in no charset at all.
    void operator()(std::string_view bytes) const {
        std::string text;
        utf8::append_leniently(text, bytes);
        append_json_string(into, text);
    }
    void operator()(std::uint64_t number) const { append_number(into, number); }
    void operator()(Duration duration) const {
        const auto total = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
        const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0));
        append_number(into, milliseconds / 1000);
        into.push_back('.');
        append_padded(into, milliseconds % 1000, 3);
    }
};

}  // namespace

void JsonLines::append_head(std::string& into, const Record& record) {
    into.append(R"({"time":")");
    append_time(into, record.time);
    into.append(R"(","run":")").append(run_);
    into.append(R"(","event":")").append(name(record.event)).push_back('"');
    if (record.connection > 0) {
        into.append(R"(,"conn":)");
        append_number(into, record.connection);
    }
    if (!record.peer.empty()) into.append(R"(,"peer":")").append(record.peer).push_back('"');
}

void JsonLines::append(std::string& into, const Record& record) {
    if (record.event == Event::message) {
        if (record.connection != head_connection_ || record.time != head_time_) {
            head_.clear();
            append_head(head_, record);
            head_connection_ = record.connection;
            head_time_ = record.time;
        }
        into.append(head_);
    } else {
        append_head(into, record);
    }
    if (record.content != nullptr) append_content(into, *record.content);
    for (const Detail& detail : record.details) {
        into.append(R"(,")").append(name(detail.key)).append(R"(":)");
        std::visit(AppendValue{into}, detail.value);
    }
    into.append("}\n");
}

}  // namespace hark
