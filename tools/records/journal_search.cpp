// Searching the journal by its index: each text is stored once, however many entries have it, and
// leads to those entries. So the pattern is matched against texts, not entries, and the entries of
// texts that do not match are never looked at.
#include "common/record/record_keys.hpp"
#include "common/text/utf8.hpp"
#include "tools/records/journal_access.hpp"
#include "tools/records/journal_data.hpp"
#include "tools/records/journal_source.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <systemd/sd-journal.h>

namespace hark {

namespace {

// With more values to look for, entries are read one by one: for each entry that it finds,
// libsystemd looks for all of the values.
constexpr std::size_t MOST_VALUES = 8;

using Values = std::set<std::string, std::less<>>;

// Passes all values of a field to `take`; false if it wanted no more, or the journal cannot tell.
template <typename Take>
bool each_value(sd_journal* journal, journal::FieldName field, Take take) {
    if (::sd_journal_query_unique(journal, field.c_str()) < 0) return false;
    const std::size_t prefix = field.text().size() + 1;
    const void* data = nullptr;
    std::size_t size = 0;
    int there = 0;
    while ((there = ::sd_journal_enumerate_available_unique(journal, &data, &size)) > 0) {
        std::string_view value{static_cast<const char*>(data), size};
        value.remove_prefix(std::min(prefix, value.size()));
        if (!take(value)) return false;
    }
    return there == 0;
}

}  // namespace

// Searches one file at a time: with several at once, libsystemd also looks up each text in all the
// others.
bool LogJournalSource::add_text_matches() {
    const TextPattern& pattern = *filter_.pattern();
    std::optional<LiteralSearch> search;
    if (const auto literal = filter_.literal()) search.emplace(literal->text, literal->any_case);
    // Invalid UTF-8 is made valid before it is searched.
    const auto may_match = [&](std::string_view text) {
        if (search && search->find(text, 0) == std::string_view::npos) return false;
        return utf8::scan(text).valid != text.size() ||
               pattern.search(text) != TextPattern::Verdict::no;
    };
    // An importer may store no field for an empty text.
    if (pattern.search("") != TextPattern::Verdict::no) return false;
    Values texts;
    Values parts;
    const auto take_text = [&](std::string_view text) {
        if (may_match(text)) texts.emplace(text);
        return texts.size() <= MOST_VALUES;
    };
    const auto take_part = [&](std::string_view part) {
        parts.emplace(part);
        return parts.size() <= MOST_VALUES;
    };
    const std::string text_is = std::string{journal_field(Key::text).text()} + '=';
    const std::string part_is = std::string{journal_field(Key::part).text()} + '=';
    const std::array<std::string_view, 2> fields{text_is, part_is};
    const auto take = [&](std::size_t field, std::string_view value) {
        return field == 0 ? take_text(value) : take_part(value);
    };
    for (const std::string& path : input_.files.empty() ? machine_journal_files() : files_) {
        switch (scan_journal_data(path, fields, take)) {
            case JournalScan::whole:
                if (checked_ < files_.size() && files_[checked_] == path) ++checked_;
                continue;
            case JournalScan::stopped:
                return false;
            case JournalScan::damaged:
                if (files_.empty()) break;
                report_damaged(path);
                return false;
            case JournalScan::unknown:
                break;
        }
        const std::array<const char*, 2> paths{path.c_str(), nullptr};
        sd_journal* opened = nullptr;
        // A file that cannot be opened here is not read as part of the whole journal, either.
        if (::sd_journal_open_files(&opened, const_cast<const char**>(paths.data()), 0) < 0) {
            continue;
        }
        const std::unique_ptr<sd_journal, Close> journal{opened};
        ::sd_journal_set_data_threshold(opened, 0);
        if (!each_value(opened, journal_field(Key::part), take_part) ||
            !each_value(opened, journal_field(Key::text), take_text)) {
            return false;
        }
    }
    checked_ = files_.size();
    if (texts.size() + parts.size() > MOST_VALUES) return false;
    for (const std::string& text : texts) add_match(journal_field(Key::text).text(), text);
    if (!parts.empty()) {
        if (!texts.empty()) {
            if (::sd_journal_add_disjunction(journal_.get()) < 0) return false;
            add_common_matches();
        }
        for (const std::string& part : parts) add_match(journal_field(Key::part).text(), part);
    }
    // Nothing matches: look for a part number that no entry has.
    if (texts.empty() && parts.empty()) add_match(journal_field(Key::part).text(), "none");
    return true;
}

}  // namespace hark
