// Searching the journal by its index: each text is stored once, however many entries have it, and
// these are found from it. So the pattern is matched against texts, not entries, and the entries of
// texts that do not match are never looked at.
#include "common/record/record_keys.hpp"
#include "common/text/utf8.hpp"
#include "tools/records/journal_source.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <systemd/sd-journal.h>

namespace hark {

namespace {

// With more texts that match, the entries are read one by one.
constexpr std::size_t MOST_TEXTS = 1000;
constexpr std::size_t MOST_PARTS = 2000;

// The values of a field that `wanted` accepts; false if there are more than `most`, or the journal
// cannot tell.
template <typename Wanted>
bool collect(sd_journal* journal, journal::FieldName field, std::size_t most, Wanted wanted,
             std::vector<std::string>& into) {
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
        into.emplace_back(value);
    }
    return there == 0;
}

}  // namespace

bool LogJournalSource::add_text_matches() {
    const TextPattern& pattern = *filter_.pattern();
    // Invalid UTF-8 is not searched here, but read and made valid first.
    const auto may_match = [&pattern](std::string_view text) {
        return utf8::scan(text).valid != text.size() ||
               pattern.search(text) != TextPattern::Verdict::no;
    };
    const auto any = [](std::string_view) { return true; };
    std::vector<std::string> texts;
    std::vector<std::string> parts;
    sd_journal* const journal = journal_.get();
    if (!collect(journal, journal_field(Key::part), MOST_PARTS, any, parts) ||
        !collect(journal, journal_field(Key::text), MOST_TEXTS, may_match, texts)) {
        return false;
    }
    for (const std::string& text : texts) add_match(journal_field(Key::text).text(), text);
    if (!parts.empty()) {
        if (!texts.empty()) {
            if (::sd_journal_add_disjunction(journal) < 0) return false;
            add_common_matches();
        }
        for (const std::string& part : parts) add_match(journal_field(Key::part).text(), part);
    }
    // Nothing matches; and nothing has this text.
    if (texts.empty() && parts.empty()) add_match(journal_field(Key::part).text(), "none");
    return true;
}

}  // namespace hark
