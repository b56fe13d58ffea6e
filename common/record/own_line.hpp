// Reads a line of JSON in the exact form in which harkd writes it: no blanks, keys in their order,
// nothing escaped that need not be. That takes a tenth of the time of a parser for all of JSON,
// since values are cut out of the line, not copied.
#pragma once

#include "common/record/log_record.hpp"

#include <string_view>

namespace hark {

class OwnLine {
   public:
    // Reads `line`, without its LF, into `into`, which then refers to `line`. False if it does not
    // have that form; it may still be a valid record. `into` is then unspecified.
    [[nodiscard]] static bool read(std::string_view line, LogRecord& into);

   private:
    OwnLine(std::string_view line, LogRecord& into) noexcept : line_{line}, into_{into} {}

    [[nodiscard]] bool read();
    [[nodiscard]] bool take(std::string_view wanted) noexcept;
    // Takes a key that stands after `previous` in the order of all keys; null: none is there.
    [[nodiscard]] const KeySpec* take_key(const KeySpec* previous) noexcept;
    [[nodiscard]] bool take_value(const KeySpec& key);
    [[nodiscard]] bool take_string(Key key);
    [[nodiscard]] bool take_escaped_string(Key key, std::size_t begin);
    [[nodiscard]] bool take_count(Key key) noexcept;
    [[nodiscard]] bool take_seconds(Key key) noexcept;
    void put(Key key, std::string_view value) noexcept;

    std::string_view line_;
    std::size_t at_ = 0;
    LogRecord& into_;
    bool is_canonical_ = true;  // writing it again would give the same bytes
};

}  // namespace hark
