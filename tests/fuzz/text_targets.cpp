// Charsets, and the forms of the log that text of any kind is written in.
#include "common/record/console_lines.hpp"
#include "common/record/journal_entries.hpp"
#include "common/record/json_lines.hpp"
#include "common/record/log_json.hpp"
#include "common/record/own_line.hpp"
#include "common/text/base64.hpp"
#include "common/text/utf8.hpp"
#include "tests/fuzz/charset_check.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/line_check.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace hark::fuzz {

namespace {

constexpr WallTime TIME{std::chrono::microseconds{1'795'341'600'123'456}};

template <typename Form>
std::string written(Form&& form, const Record& record) {
    std::string line;
    form.append(line, record);
    return line;
}

// A journal entry's fields (systemd's Native Journal Protocol): NAME=VALUE and LF, or NAME, LF, 64
// bits of length, the value and LF.
void require_entry(std::string_view entry) {
    while (!entry.empty()) {
        const std::size_t end = entry.find('\n');
        require(end != std::string_view::npos, "a field ends");
        const std::string_view first = entry.substr(0, end);
        const std::string_view name = first.substr(0, first.find('='));
        require(!name.empty() && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
                                     std::string_view::npos,
                "names of fields never come from input");
        entry.remove_prefix(end + 1);
        if (name.size() < first.size()) continue;
        require(entry.size() >= 8, "a length is whole");
        std::uint64_t length = 0;
        for (std::size_t i = 8; i-- > 0;) {
            length = length << 8U | static_cast<unsigned char>(entry[i]);
        }
        require(length < entry.size() - 8 && entry[8 + length] == '\n', "a value is whole");
        entry.remove_prefix(8 + length + 1);
    }
}

}  // namespace

void charset(std::string_view bytes) {
    static constexpr std::array<std::string_view, 14> NAMES{
        "auto",  "utf-8",  "gb18030", "utf-16le", "utf-16be",     "big5",  "shift_jis",
        "cp932", "euc-jp", "euc-kr",  "uhc",      "windows-1251", "johab", "iso-8859-1"};
    Input input{bytes};
    const auto mode = CharsetCheck::open(NAMES[input.below(NAMES.size())]);
    if (!mode) return;
    CharsetCheck check{*mode};
    const bool in_parts = input.flag();
    // What was said before may prove a charset, or nothing.
    const std::string_view before = input.tail(input.below(32));
    if (!before.empty()) check.check(before, Place::beginning, Evidence::whole);

    std::string_view rest = input.text();
    Place place = Place::beginning;
    while (in_parts && !rest.empty()) {
        const std::size_t size = check.find(rest.substr(0, 32));
        check.check(rest.substr(0, size), place, Evidence::cut);
        rest.remove_prefix(size);
        place = Place::middle;
    }
    check.check(rest, place, Evidence::tail);
}

void record(std::string_view bytes) {
    Input input{bytes};
    const bool is_message = input.flag();
    const std::string_view reason = input.tail(input.below(64));
    CharsetCheck check{CharsetMode::automatic};
    std::string other;
    utf8::append_leniently(other, reason);
    const Decoded decoded = check.check(input.text(), Place::beginning, Evidence::whole);
    const Content content{.message = 3,
                          .text = decoded.text,
                          .charset = decoded.charset,
                          .bytes = decoded.bytes.size(),
                          .raw = decoded.bytes,
                          .exact = decoded.exact,
                          .intact = decoded.intact,
                          .end = End::lf};
    const std::array details{Detail{Key::reason, std::string_view{other}},
                             Detail{Key::text, decoded.text}};
    const Record record{.event = is_message ? Event::message : Event::diagnostic,
                        .time = TIME,
                        .connection = 17,
                        .peer = {"192.0.2.7:51324"},
                        .content = is_message ? &content : nullptr,
                        .details = is_message ? std::span<const Detail>{} : details};

    const std::string line = written(JsonLines{"5f3a9c01"}, record);
    require_line(line);
    const auto json = nlohmann::json::parse(line);
    require(json.at("text") == std::string{decoded.text}, "text can be read from JSON");
    if (is_message) {
        std::string raw;
        if (!decoded.exact) append_base64(raw, decoded.bytes);
        require(json.value("raw", "") == raw, "bytes are kept where text does not give them");
    } else {
        require(json.at("reason") == other, "a reason can be read from JSON");
    }
    LogRecord read;
    require(parse_log_json({line.data(), line.size() - 1}, read), "what is written can be read");
    require(read.get(Key::text) == decoded.text, "and gives the text");
    std::string again;
    append_log_json(again, read);
    require(again == line, "and the same line");

    require_line(written(ConsoleLines{{.time = false, .colour = false}}, record));
    require_entry(written(JournalEntries{"5f3a9c01"}, record));
}

void log_json(std::string_view bytes) {
    LogRecord record;
    const bool is_record = parse_log_json(bytes, record);
    LogRecord own;
    if (OwnLine::read(bytes, own)) {
        std::string cut;
        append_log_json(cut, own);
        std::string parsed;
        append_log_json(parsed, record);
        require(is_record && cut == parsed, "cut out or parsed, the values are the same");
    }
    if (!is_record) return;
    std::string line;
    append_log_json(line, record);
    require_line(line);
    LogRecord again;
    require(parse_log_json({line.data(), line.size() - 1}, again), "what is written can be read");
    std::string same;
    append_log_json(same, again);
    require(same == line, "and is the same line");
    RecordView view;
    std::string words;
    append_words(words, view.of(record));
    require_line(words.append("\n"));
}

}  // namespace hark::fuzz
