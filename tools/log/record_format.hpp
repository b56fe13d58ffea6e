// A line made from a record as --format says: text with letters after "%".
#pragma once

#include "common/record/console_lines.hpp"
#include "common/record/log_record.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hark {

class RecordFormat {
   public:
    // hark(1) lists the letters. Throws UsageError for an unknown one.
    explicit RecordFormat(std::string_view format);

    // Appends the line for `record`, with its LF, in UTF-8. All of it is safe to show.
    void append(std::string& into, const LogRecord& record);

   private:
    void append_field(std::string& into, char letter, const LogRecord& record);

    std::vector<std::variant<std::string, char>> pieces_;  // text, or a letter
    LocalTimeText time_;
};

// "192.0.2.7" of "192.0.2.7:51324", "2001:db8::7" of "[2001:db8::7]:40112".
[[nodiscard]] std::string_view address_of(std::string_view peer) noexcept;

// Appends the bytes of the record's text on the wire, in hex; nothing if they are not known.
void append_wire_hex(std::string& into, const LogRecord& record);

}  // namespace hark
