// The prompt and the line being edited, as they are on the screen: always last, in as many rows as
// needed. Tracks these rows, so that they can be erased and redrawn below other output.
//
// We end rows ourselves instead of relying on the terminal's wrapping, so their ends are known, and
// terminals that reflow when widened leave them alone. When narrowed, a terminal is assumed to wrap
// them, as nearly all do.
//
// Writes ECMA-48 sequences (understood by all but dumb terminals), in UTF-8, which the sender
// converts.
#pragma once

#include "tools/terminal/capabilities.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class TerminalPrompt {
   public:
    // `prompt`: printable ASCII.
    explicit TerminalPrompt(std::string_view prompt) : prompt_{prompt} {}

    // Sets the size of the screen, neither side 0; call at first and whenever it changes.
    void set_size(const TerminalSize& size) noexcept;

    // Appends the bytes that draw `line` in place of the previous one, with the cursor before
    // character `cursor`. If nothing is drawn yet, the cursor must be in the first column.
    void draw(std::string& into, std::wstring_view line, std::size_t cursor);

    // Appends the bytes that erase it; the cursor ends up where the prompt began.
    void erase(std::string& into);

    // The screen was cleared, or overwritten by something else.
    void forget() noexcept { rows_.clear(); }

    [[nodiscard]] bool drawn() const noexcept { return !rows_.empty(); }

   private:
    struct Row {
        std::string text;
        std::vector<unsigned> widths;  // of its glyphs
        unsigned columns = 0;
    };

    void lay_out(std::wstring_view line, std::size_t cursor);
    void put(std::string_view text, unsigned columns);
    void keep_in_view();
    // Returns how many rows of the screen it occupies; 0 if it is not drawn.
    std::size_t move_to_top(std::string& into) const;
    [[nodiscard]] std::size_t rows_on_screen(const Row& row, unsigned up_to) const noexcept;

    std::string prompt_;
    TerminalSize screen_;
    // As drawn, at the width that the screen had then.
    std::vector<Row> rows_;
    std::size_t cursor_row_ = 0;
    unsigned cursor_column_ = 0;
};

}  // namespace hark
