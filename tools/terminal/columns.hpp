// Text in columns of a terminal, where a character takes none, one or two of them.
#pragma once

#include "common/locale/locale_charset.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark {

// `text`, valid UTF-8, as it will stand on a terminal of this charset: what is unsafe and what the
// charset has not is escaped. Still UTF-8.
[[nodiscard]] std::string shown_text(const LocaleCharset& charset, std::string_view text);

// How many columns `text` takes; UTF-8 and fit to be shown. After setlocale(3).
[[nodiscard]] std::size_t columns_of(std::string_view text);
// As much of it from its beginning as `columns` have room for.
[[nodiscard]] std::string_view cut_to_columns(std::string_view text, std::size_t columns);
// With blanks behind it, or before it, so that it takes `columns`; unchanged when it takes more.
[[nodiscard]] std::string fill_columns(std::string_view text, std::size_t columns,
                                       bool to_the_right = false);

// Rows of cells that stand below each other.
class TextTable {
   public:
    struct Column {
        std::string title;
        bool to_the_right = false;  // numbers
    };
    explicit TextTable(std::vector<Column> columns) : columns_{std::move(columns)} {}

    // As many cells as columns, fit to be shown.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    // The titles, then the rows; no blanks at their ends.
    [[nodiscard]] std::vector<std::string> lines() const;

   private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace hark
