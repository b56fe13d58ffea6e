// Searching the journal by its index: each text is stored once, however many entries have it, and
// these are found from it. So the pattern is matched against texts, not entries, and the entries of
// texts that do not match are never looked at.
#include "common/record/record_keys.hpp"
#include "common/text/utf8.hpp"
#include "tools/records/journal_access.hpp"
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

// With more to look for, the entries are read one by one: for each that it finds, libsystemd looks
// for all of them.
constexpr std::size_t MOST_VALUES = 8;

using Values = std::set<std::string, std::less<>>;

// Adds the values of a field that `wanted` accepts; false if there are more than `most`, or the
// journal cannot tell.
template <typename Wanted>
bool collect(sd_journal* journal, journal::FieldName field, std::size_t most, Wanted wanted,
             Values& into) {
    if (::sd_journal_query_unique(journal, field.c_str()) < 0) return false;
    const std::size_t prefix = field.text().size() + 1;
    const void* data = nullptr;
    std::size_t size = 0;
    int there = 0;
    while ((there = ::sd_journal_enumerate_available_unique(journal, &data, &size)) > 0) {
        std::string_view value{static_cast<const char*>(data), size};
        value.remove_prefix(std::min(prefix, value.size()));
        if (!wanted(value)) continue;
        if (into.size() == most) return false;
        into.emplace(value);
    }
    return there == 0;
}

}  // namespace

// Looks into one file after the other: for several at once, libsystemd looks up each text in all
// others, too.
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
    const auto any = [](std::string_view) { return true; };
    Values texts;
    Values parts;
    for (const std::string& path : input_.files.empty() ? machine_journal_files() : input_.files) {
        const std::array<const char*, 2> paths{path.c_str(), nullptr};
        sd_journal* opened = nullptr;
        // What cannot be read here is not read as a part of the whole, either.
        if (::sd_journal_open_files(&opened, const_cast<const char**>(paths.data()), 0) < 0) {
            continue;
        }
        const std::unique_ptr<sd_journal, Close> journal{opened};
        ::sd_journal_set_data_threshold(opened, 0);
        if (!collect(opened, journal_field(Key::part), MOST_VALUES, any, parts) ||
            !collect(opened, journal_field(Key::text), MOST_VALUES, may_match, texts)) {
            return false;
        }
    }
    if (texts.size() + parts.size() > MOST_VALUES) return false;
    for (const std::string& text : texts) add_match(journal_field(Key::text).text(), text);
    if (!parts.empty()) {
        if (!texts.empty()) {
            if (::sd_journal_add_disjunction(journal_.get()) < 0) return false;
            add_common_matches();
        }
        for (const std::string& part : parts) add_match(journal_field(Key::part).text(), part);
    }
    // Nothing matches; and nothing has this text.
    if (texts.empty() && parts.empty()) add_match(journal_field(Key::part).text(), "none");
    return true;
}

}  // namespace hark
