#include "tools/terminal/prompt.hpp"

#include "tools/terminal/terminal_text.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace hark {

namespace {

// Rows are erased one at a time: tmux treats an erase of everything below as clearing the screen if
// the cursor is in the top row, and saves the old content.
constexpr std::string_view ERASE_TO_END = "\x1B[K";
// The widest glyph, an escape, is ten columns.
constexpr unsigned FEWEST_COLUMNS = 10;

void append_move(std::string& into, std::size_t count, char direction) {
    if (count > 0) into += fmt::format("\x1B[{}{}", count, direction);
}

// Erases the rows from `first` up to but not including `end`. The cursor must be in the row before
// `first`; it ends up in the last row erased.
void append_erase_rows(std::string& into, std::size_t first, std::size_t end) {
    for (std::size_t row = first; row < end; ++row) {
        into += "\r\x1B[B";
        into += ERASE_TO_END;
    }
}

}  // namespace

void TerminalPrompt::set_size(const TerminalSize& size) noexcept {
    screen_ = size;
    screen_.columns = std::max(size.columns, FEWEST_COLUMNS);
}

void TerminalPrompt::draw(std::string& into, std::wstring_view line, std::size_t cursor) {
    const std::size_t old_rows = move_to_top(into);
    lay_out(line, cursor);
    keep_in_view();
    for (const Row& row : rows_) {
        if (&row != rows_.data()) into += "\r\n";
        // Erase before writing: the terminal then forgets that the row was wrapped, and after
        // writing, the cursor of a full row is not past its end.
        into += ERASE_TO_END;
        into += row.text;
    }
    append_erase_rows(into, rows_.size(), old_rows);
    into += '\r';
    append_move(into, std::max(rows_.size(), old_rows) - 1 - cursor_row_, 'A');
    append_move(into, cursor_column_, 'C');
}

void TerminalPrompt::erase(std::string& into) {
    const std::size_t rows = move_to_top(into);
    if (rows == 0) return;
    into += ERASE_TO_END;
    append_erase_rows(into, 1, rows);
    append_move(into, rows - 1, 'A');
    into += '\r';
    forget();
}

std::size_t TerminalPrompt::move_to_top(std::string& into) const {
    if (!drawn()) return 0;
    std::size_t above = rows_on_screen(rows_[cursor_row_], cursor_column_) - 1;
    std::size_t all = 0;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        const std::size_t rows = rows_on_screen(rows_[row], rows_[row].columns);
        if (row < cursor_row_) above += rows;
        all += rows;
    }
    // Rows that the screen has no room for have scrolled off its top.
    const std::size_t lost = all - std::min<std::size_t>(all, screen_.rows);
    into += '\r';
    append_move(into, above - std::min(above, lost), 'A');
    return all - lost;
}

// Returns how many rows the glyphs of `row` that start before column `up_to` occupy at the screen's
// current size.
std::size_t TerminalPrompt::rows_on_screen(const Row& row, unsigned up_to) const noexcept {
    std::size_t rows = 1;
    unsigned column = 0;
    unsigned seen = 0;
    for (const unsigned width : row.widths) {
        if (seen >= up_to) break;
        seen += width;
        if (column + width > screen_.columns) {
            ++rows;
            column = 0;
        }
        column += width;
    }
    // The cursor itself, after a glyph that filled the row.
    if (up_to < row.columns && column == screen_.columns) ++rows;
    return rows;
}

void TerminalPrompt::lay_out(std::wstring_view line, std::size_t cursor) {
    rows_.assign(1, {});
    for (const char character : prompt_) put({&character, 1}, 1);
    bool placed = false;
    for (std::size_t index = 0; index < line.size(); ++index) {
        const Glyph glyph = glyph_of(line[index]);
        // An escape wraps between its characters.
        if (glyph.columns > 2) {
            for (std::size_t at = 0; at < glyph.text.size(); ++at) {
                put({&glyph.text[at], 1}, 1);
                if (at == 0 && index == cursor) {
                    cursor_row_ = rows_.size() - 1;
                    cursor_column_ = rows_.back().columns - 1;
                    placed = true;
                }
            }
            continue;
        }
        put(glyph.text, glyph.columns);
        if (!placed && index >= cursor && glyph.columns > 0) {
            cursor_row_ = rows_.size() - 1;
            cursor_column_ = rows_.back().columns - glyph.columns;
            placed = true;
        }
    }
    if (placed) return;
    if (rows_.back().columns == screen_.columns) rows_.emplace_back();
    cursor_row_ = rows_.size() - 1;
    cursor_column_ = rows_.back().columns;
}

void TerminalPrompt::put(std::string_view text, unsigned columns) {
    if (rows_.back().columns + columns > screen_.columns) rows_.emplace_back();
    Row& row = rows_.back();
    row.text += text;
    row.columns += columns;
    if (columns > 0) row.widths.push_back(columns);
}

// If the line is longer than the screen, keeps the part around the cursor.
void TerminalPrompt::keep_in_view() {
    if (rows_.size() <= screen_.rows) return;
    const std::size_t first =
        std::min(cursor_row_ - std::min<std::size_t>(cursor_row_, screen_.rows / 2),
                 rows_.size() - screen_.rows);
    rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(first));
    rows_.resize(screen_.rows);
    cursor_row_ -= first;
}

}  // namespace hark
