#include "tools/terminal/columns.hpp"

#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <algorithm>

namespace hark {

namespace {

// The first character of a non-empty text: its bytes, and its width in columns.
struct Place {
    std::size_t length = 1;
    std::size_t columns = 1;
};

Place first_place(std::string_view text) {
    if (text.front() >= ' ' && text.front() <= '~') return {};
    const utf8::Character character = utf8::first(text);
    return {character.length, glyph_of(static_cast<wchar_t>(character.code)).columns};
}

}  // namespace

std::string shown_text(const LocaleCharset& charset, std::string_view text) {
    std::string safe = printable(text);
    if (charset.is_utf8()) return safe;
    return charset.decode(charset.encode(safe)).value_or(safe);
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Place place = first_place(text);
        columns += place.columns;
        text.remove_prefix(place.length);
    }
    return columns;
}

std::string_view cut_to_columns(std::string_view text, std::size_t columns) {
    std::size_t length = 0;
    while (length < text.size()) {
        const Place place = first_place(text.substr(length));
        if (place.columns > columns) break;
        columns -= place.columns;
        length += place.length;
    }
    return text.substr(0, length);
}

std::string fill_columns(std::string_view text, std::size_t columns, bool to_the_right) {
    const std::size_t taken = columns_of(text);
    const std::string blanks(columns > taken ? columns - taken : 0, ' ');
    return to_the_right ? blanks + std::string{text} : std::string{text} + blanks;
}

std::vector<std::string> TextTable::lines() const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widths.push_back(columns_of(columns_[i].title));
        for (const auto& row : rows_) widths[i] = std::max(widths[i], columns_of(row[i]));
    }
    std::vector<std::string> lines;
    const auto add = [&](auto cell_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0) line += "  ";
            line += fill_columns(cell_of(i), widths[i], columns_[i].to_the_right);
        }
        line.resize(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    };
    add([this](std::size_t i) -> const std::string& { return columns_[i].title; });
    for (const auto& row : rows_) {
        add([&row](std::size_t i) -> const std::string& { return row[i]; });
    }
    return lines;
}

}  // namespace hark
