// Reads what a journal file stores from one end of it to the other. Each value is stored once,
// however many entries have it, and libsystemd finds the values of a field one by one, each behind
// a pointer in the one before; this reads them at the speed of memory.
//
// Only what cannot be misread is read so, see https://systemd.io/JOURNAL_FILE_FORMAT: for all else,
// libsystemd is asked.
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
    damaged,  // the same; and some of the file is not what it should be
};

// Gives `take` each value of the fields, whose names end with '='; `field` is the place of its
// name. A value may belong to no entry. The file may be written to meanwhile: an entry that was in
// it before has its values in it, too. Throws std::bad_alloc.
[[nodiscard]] JournalScan scan_journal_data(
    const std::string& path, std::span<const std::string_view> fields,
    const std::function<bool(std::size_t field, std::string_view value)>& take);

// Whether the last thing that was stored in a journal file is there: what a crash of the machine
// leaves ends in zeros, or too early. True if the file cannot be read.
[[nodiscard]] bool has_its_end(const std::string& path);

}  // namespace hark
