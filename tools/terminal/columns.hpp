// Text in columns of a terminal, where a character is zero, one or two columns wide.
#pragma once

#include "common/locale/locale_charset.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark {

// `text`, valid UTF-8, as a terminal of this charset can show it: anything unsafe or missing from
// the charset is escaped. Still UTF-8.
[[nodiscard]] std::string shown_text(const LocaleCharset& charset, std::string_view text);

// The width in columns of `text`, which is UTF-8 and safe to show. Requires setlocale(3).
[[nodiscard]] std::size_t columns_of(std::string_view text);
// The longest prefix that fits into `columns`.
[[nodiscard]] std::string_view cut_to_columns(std::string_view text, std::size_t columns);
// Pads `text` with blanks, on the right or the left, to `columns`; unchanged if it is wider.
[[nodiscard]] std::string fill_columns(std::string_view text, std::size_t columns,
                                       bool to_the_right = false);

// Rows of cells, aligned in columns.
class TextTable {
   public:
    struct Column {
        std::string title;
        bool to_the_right = false;  // for numbers
    };
    explicit TextTable(std::vector<Column> columns) : columns_{std::move(columns)} {}

    // One cell per column, safe to show.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    // The titles, then the rows, without trailing blanks.
    [[nodiscard]] std::vector<std::string> lines() const;

   private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace hark
