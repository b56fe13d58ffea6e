// Journal entries: what is written is read back by an independent reader, and what others may have
// written is read as hark reads it.
#include "common/record/console_lines.hpp"
#include "common/record/entry_as_json.hpp"
#include "common/record/journal_entries.hpp"
#include "common/record/json_lines.hpp"
#include "common/record/log_json.hpp"
#include "common/text/base64.hpp"
#include "common/text/utf8.hpp"
#include "tests/common/record/records.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/line_check.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hark::fuzz {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

// The fields of an entry in systemd's Native Journal Protocol: NAME=VALUE and LF, or NAME, LF, 64
// bits of length, little-endian, the value and LF. Nothing if it is malformed.
std::optional<Fields> fields_of(std::string_view entry) {
    Fields fields;
    while (!entry.empty()) {
        const std::size_t line = entry.find('\n');
        if (line == std::string_view::npos) return std::nullopt;
        const std::size_t equals = entry.substr(0, line).find('=');
        if (equals != std::string_view::npos) {
            fields.emplace_back(entry.substr(0, equals),
                                entry.substr(equals + 1, line - equals - 1));
            entry.remove_prefix(line + 1);
            continue;
        }
        const std::string_view name = entry.substr(0, line);
        entry.remove_prefix(line + 1);
        if (entry.size() < 8) return std::nullopt;
        std::uint64_t size = 0;
        for (std::size_t byte = 8; byte-- > 0;) {
            size = size * 256 + static_cast<unsigned char>(entry[byte]);
        }
        entry.remove_prefix(8);
        if (size >= entry.size() || entry[size] != '\n') return std::nullopt;
        fields.emplace_back(name, entry.substr(0, size));
        entry.remove_prefix(size + 1);
    }
    return fields;
}

std::string lenient(std::string_view bytes) {
    std::string text;
    utf8::append_leniently(text, bytes);
    return text;
}

std::uint64_t number_of(Input& input) {
    std::uint64_t number = 0;
    for (std::size_t count = input.below(9); count > 0; --count) {
        number = number << 8U | input.byte();
    }
    return number;
}

// A record of any kind, and what it refers to.
class AnyRecord {
   public:
    explicit AnyRecord(Input& input) {
        constexpr std::uint64_t YEAR_10000 = 253'402'300'800'000'000;
        const auto event = static_cast<Event>(input.below(EVENTS));
        record_.event = event;
        record_.time = WallTime{std::chrono::microseconds{number_of(input) % YEAR_10000}};
        record_.connection = number_of(input);
        if (event == Event::message) record_.connection |= 1U;  // it has one
        if (input.flag()) record_.peer = {.text = test::PEER};
        certificate_ = lenient(input.tail(input.below(32)));
        record_.peer.certificate = certificate_;
        if (event == Event::message || event == Event::probe) {
            take_content(input);
        } else {
            take_details(input);
        }
    }
    AnyRecord(const AnyRecord&) = delete;
    AnyRecord& operator=(const AnyRecord&) = delete;

    [[nodiscard]] const Record& record() const noexcept { return record_; }
    // The fields that the journal's entry must have, by their names.
    [[nodiscard]] std::map<std::string, std::string> expected() const {
        std::map<std::string, std::string> fields;
        const auto add = [&fields](Key key, std::string value) {
            fields.emplace(journal_field(key).text(), std::move(value));
        };
        add(Key::run, std::string{test::RUN});
        add(Key::event, std::string{name(record_.event)});
        add(Key::time, std::string{TimeText{}.of(record_.time)});
        if (record_.connection > 0) add(Key::conn, std::to_string(record_.connection));
        if (!record_.peer.text.empty()) add(Key::peer, std::string{record_.peer.text});
        if (record_.event == Event::message && !certificate_.empty()) {
            add(Key::cert, certificate_);
        }
        if (record_.content != nullptr) add_content(add);
        for (const Detail& detail : details_) add_detail(add, detail);
        return fields;
    }

   private:
    void take_content(Input& input) {
        constexpr std::array CHARSETS{charset::UTF8, charset::GB18030, charset::BYTES};
        if (record_.event == Event::message) content_.message = number_of(input) | 1U;
        content_.part = input.byte();
        content_.more = input.flag();
        content_.charset = CHARSETS[input.below(CHARSETS.size())];
        content_.end = static_cast<End>(input.below(static_cast<std::size_t>(End::kicked) + 1));
        content_.exact = input.flag();
        content_.raw = input.text();
        content_.bytes = content_.raw.size();
        text_ = lenient(input.text());
        content_.text = text_;
        record_.content = &content_;
    }
    void take_details(Input& input) {
        const std::uint32_t chosen = static_cast<std::uint32_t>(input.byte()) << 16U |
                                     static_cast<std::uint32_t>(input.byte()) << 8U | input.byte();
        for (std::size_t i = 0; i < test::DETAIL_KEYS.size(); ++i) {
            if ((chosen >> i & 1U) == 0) continue;
            Detail detail{.key = test::DETAIL_KEYS[i], .value = true};
            switch (key_spec(detail.key).kind) {
                case KeyKind::text:
                case KeyKind::time:
                    detail.value = input.tail(input.below(64));
                    break;
                case KeyKind::count:
                    detail.value = number_of(input);
                    break;
                case KeyKind::seconds:
                    // Up to 30 years.
                    detail.value = Duration{
                        static_cast<std::int64_t>(number_of(input) % 1'000'000'000'000'000'000U)};
                    break;
                case KeyKind::flag:
                    break;
            }
            details_.push_back(detail);
        }
        record_.details = details_;
    }
    template <typename Add>
    void add_content(const Add& add) const {
        if (content_.message > 0) add(Key::seq, std::to_string(content_.message));
        if (content_.part > 0) add(Key::part, std::to_string(content_.part));
        if (content_.more) add(Key::more, "true");
        add(Key::text, text_);
        add(Key::charset, std::string{content_.charset});
        add(Key::bytes, std::to_string(content_.bytes));
        if (!content_.exact) {
            std::string raw;
            append_base64(raw, content_.raw);
            add(Key::raw, raw);
        }
        if (content_.message > 0) add(Key::end, std::string{name(content_.end)});
    }
    template <typename Add>
    static void add_detail(const Add& add, const Detail& detail) {
        switch (key_spec(detail.key).kind) {
            case KeyKind::text:
            case KeyKind::time:
                add(detail.key, lenient(std::get<std::string_view>(detail.value)));
                break;
            case KeyKind::count:
                add(detail.key, std::to_string(std::get<std::uint64_t>(detail.value)));
                break;
            case KeyKind::seconds: {
                const std::int64_t all = std::get<Duration>(detail.value).count() / 1'000'000;
                const std::string fraction = std::to_string(1000 + all % 1000);
                add(detail.key, std::to_string(all / 1000) + "." + fraction.substr(1));
                break;
            }
            case KeyKind::flag:
                add(detail.key, "true");
                break;
        }
    }

    Record record_{};
    Content content_;
    std::string text_;
    std::string certificate_;
    std::vector<Detail> details_;
};

}  // namespace

void journal_written(std::string_view bytes) {
    Input input{bytes};
    const AnyRecord any{input};
    std::string entry;
    JournalEntries{test::RUN}.append(entry, any.record());
    const auto fields = fields_of(entry);
    require(fields.has_value(), "an entry is well-formed");
    require(fields->size() <= 40, "an entry has few fields");
    std::map<std::string, std::string> ours;
    std::map<std::string, std::string> others;
    for (const auto& [name, value] : *fields) {
        auto& into = name.starts_with(JOURNAL_PREFIX) ? ours : others;
        require(into.emplace(name, value).second, "a field is there once");
    }
    require(ours == any.expected(), "the fields are the record's");
    require(others.size() == 4 && others.at("SYSLOG_IDENTIFIER") == "harkd" &&
                others.at("MESSAGE_ID").size() == 32 && others.at("PRIORITY").size() == 1,
            "nobody else names fields");
    require_line(others.at("MESSAGE") + "\n");

    std::string line;
    append_entry_as_json(line, entry);
    require(line == test::json_line(any.record()), "and give the line that a file has");
}

void journal_read(std::string_view bytes) {
    const auto fields = fields_of(bytes);
    if (!fields) return;
    LogRecord record;
    for (const auto& [name, value] : *fields) {
        const std::optional<Key> key = find_key_of_field(name);
        if (!key || record.has(*key)) continue;
        if (!record.set(*key, value)) require(!record.has(*key), "what is refused is not there");
    }
    if (!record.is_record()) return;
    std::string line;
    append_log_json(line, record);
    require_line(line);
    LogRecord again;
    require(parse_log_json({line.data(), line.size() - 1}, again), "what is shown can be read");
    for (const KeySpec& row : RECORD_KEYS) {
        require(
            record.has(row.key) == again.has(row.key) && record.get(row.key) == again.get(row.key),
            "and says the same");
    }
    RecordView view;
    std::string words;
    ConsoleLines{{.time = true, .colour = false}}.append(words, view.of(record));
    require_line(words);
}

}  // namespace hark::fuzz
