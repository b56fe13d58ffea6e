#include "common/record/entry_as_json.hpp"
#include "common/record/journal_entries.hpp"
#include "common/record/json_lines.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/generators.hpp"

#include <array>
#include <chrono>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using test::json_line;
using test::line_of;
using test::MessageRecord;
using test::RUN;

namespace {

std::string as_json(const Record& record) {
    JournalEntries entries{RUN};
    std::string line;
    append_entry_as_json(line, line_of(entries, record));
    return line;
}

// Valid UTF-8, with what one form or the other must treat specially.
rc::Gen<std::string> random_text() {
    return test::joined(rc::gen::element<std::string>(
        "a", "=", "\n", "\nHARK_TIME=", "MESSAGE=x", "\"", "\\", std::string(1, '\0'), "\x1b", "\r",
        "\x7f", "\xC3\xA9", "\xE4\xBD\xA0", "\xE2\x80\xAE", "\xEF\xBF\xBD", "\xF0\x9F\x98\x80"));
}

Content random_content(const std::string& text, const std::string& raw) {
    using rc::gen::inRange;
    return {.message = *inRange<std::uint64_t>(0, 3),
            .part = *inRange<std::uint32_t>(0, 3),
            .more = *rc::gen::arbitrary<bool>(),
            .text = text,
            .charset = *rc::gen::element(charset::UTF8, charset::GB18030, charset::BYTES),
            .bytes = *rc::gen::arbitrary<std::uint64_t>(),
            .raw = raw,
            .exact = *rc::gen::arbitrary<bool>(),
            .intact = *rc::gen::arbitrary<bool>(),
            .end = *rc::gen::element(End::lf, End::nul, End::quiet, End::full, End::shutdown)};
}

// A value of the key's kind; `text` need not be valid in any charset.
Detail random_detail(Key key, std::string_view text) {
    switch (key_spec(key).kind) {
        case KeyKind::seconds:
            return {key, std::chrono::milliseconds{*rc::gen::inRange(0, 1'000'000)}};
        case KeyKind::count:
            return {key, *rc::gen::arbitrary<std::uint64_t>()};
        case KeyKind::flag:
            return {key, true};
        case KeyKind::text:
        case KeyKind::time:
            break;
    }
    return {key, text};
}

}  // namespace

TEST_CASE("entry as JSON: a message") {
    const MessageRecord message{"你好\nHARK_PEER=x", 3};
    CHECK(as_json(message.record()) ==
          R"({"time":"2026-11-22T10:00:00.123456Z","run":"5f3a9c01","event":"message","conn":17,)"
          R"("peer":"192.0.2.7:51324","seq":3,"text":"你好\nHARK_PEER=x","charset":"utf-8",)"
          R"("bytes":18,"end":"lf"})"
          "\n");
}

TEST_CASE("entry as JSON: any record is the line that it would have been") {
    CHECK(rc::check([] {
        const std::string text = *random_text();
        const std::string raw = *rc::gen::arbitrary<std::string>();
        const Content content = random_content(text, raw);
        const std::string detail_text = text + raw;
        std::vector<Detail> details;
        const auto event = static_cast<Event>(*rc::gen::inRange<std::size_t>(0, EVENTS));
        const bool has_content = event == Event::message || event == Event::probe;
        for (const Key key : test::DETAIL_KEYS) {
            if (!has_content && *rc::gen::arbitrary<bool>())
                details.push_back(random_detail(key, detail_text));
        }
        const Record record{
            .event = event,
            .time = test::RECORD_TIME + std::chrono::microseconds{*rc::gen::arbitrary<int>()},
            .connection = *rc::gen::inRange<std::uint64_t>(0, 3),
            .peer = {*rc::gen::element<std::string_view>("", test::PEER, "[2001:db8::7]:40112")},
            .content = has_content ? &content : nullptr,
            .details = details};
        RC_ASSERT(as_json(record) == json_line(record));
    }));
}

TEST_CASE("entry as JSON: lines come one behind the other") {
    const MessageRecord one{"one", 1};
    const MessageRecord two{"two", 2};
    JournalEntries entries{RUN};
    std::string lines;
    append_entry_as_json(lines, line_of(entries, one.record()));
    append_entry_as_json(lines, line_of(entries, two.record()));
    CHECK(lines == json_line(one.record()) + json_line(two.record()));
}
