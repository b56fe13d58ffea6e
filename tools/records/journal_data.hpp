// Reads the values in a journal file from one end of it to the other. Each value is stored once,
// however many entries have it. libsystemd finds the values of a field one by one, following a
// pointer from each to the next; this reads them at the speed of memory.
//
// Only what cannot be misread is read this way, see https://systemd.io/JOURNAL_FILE_FORMAT:
// libsystemd reads everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace hark {

// How a journal file begins.
inline constexpr std::string_view JOURNAL_SIGNATURE = "LPKSHHRH";

enum class JournalScan : std::uint8_t {
    whole,    // all values were taken
    stopped,  // `take` wanted no more
    unknown,  // there may be more values, which libsystemd can read
    damaged,  // as `unknown`, and part of the file is invalid
};

// Passes each value of the fields, whose names end with '=', to `take`; `field` is the index of its
// name. A value may belong to no entry. The file may be written to meanwhile: entries that were in
// it before have their values in it, too. Throws std::bad_alloc.
[[nodiscard]] JournalScan scan_journal_data(
    const std::string& path, std::span<const std::string_view> fields,
    const std::function<bool(std::size_t field, std::string_view value)>& take);

// Whether the last object that was stored in a journal file is there: after a crash of the machine,
// the file ends in zeros, or too early. True if the file cannot be read.
[[nodiscard]] bool has_its_end(const std::string& path);

}  // namespace hark
