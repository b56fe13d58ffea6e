// `hark log --summary`: how much each address has sent, and when.
#pragma once

#include "common/locale/locale_charset.hpp"
#include "tools/log/time_buckets.hpp"
#include "tools/records/message_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace hark {

class LogSummary {
   public:
    // Both must outlive it.
    LogSummary(LogSource& source, LogFilter& filter) : reader_{source, filter, false} {}

    // Counts the next record. As LogSource::next().
    [[nodiscard]] LogSource::Step next();
    [[nodiscard]] bool any() const noexcept { return total_.records > 0; }

    // A table and, if any records were counted, a graph of `columns`; in the charset's bytes.
    void append_text(std::string& into, std::size_t columns, const LocaleCharset& charset) const;
    // A JSON object per line: one for each address, then one for all.
    void append_json(std::string& into) const;

   private:
    // Addresses beyond this many are counted as one.
    static constexpr std::size_t MOST_PEERS = 100'000;

    struct Counts {
        WallTime first{};
        WallTime last{};
        std::uint64_t records = 0;
        std::uint64_t bytes = 0;
        std::set<std::string, std::less<>> charsets;

        void add(const LogRecord& record);
    };

    MessageReader reader_;
    std::map<std::string, Counts, std::less<>> peers_;  // by address
    Counts others_;
    Counts total_;
    TimeBuckets times_;
};

}  // namespace hark
