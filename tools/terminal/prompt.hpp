// The prompt and the line that is being edited, as they stand on the screen: always the last thing
// on it, in as many rows as it takes. Knows which rows these are, so that they can be taken away
// and drawn again below something else.
//
// Rows are ended by us, not by the terminal's wrapping: so it is known where they end, and a
// terminal that lays out its text again when it gets wider leaves them alone. Where one gets
// narrower they are taken to be wrapped, as nearly all terminals do.
//
// Writes ECMA-48 (what every terminal but a dumb one speaks), in UTF-8, to be converted by whoever
// sends it.
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

    // The size of the screen, neither side 0; at first and whenever it changes.
    void set_size(const TerminalSize& size) noexcept;

    // Appends what draws `line` with the cursor before its character `cursor`, in the place of what
    // was drawn before. On a new prompt the cursor must be in the first column.
    void draw(std::string& into, std::wstring_view line, std::size_t cursor);

    // Appends what takes it away: the cursor is then where the prompt began.
    void erase(std::string& into);

    // The screen was cleared, or somebody else has written on it.
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
    // Returns how many rows of the screen it takes; none when it is not drawn.
    std::size_t move_to_top(std::string& into) const;
    [[nodiscard]] std::size_t rows_on_screen(const Row& row, unsigned up_to) const noexcept;

    std::string prompt_;
    TerminalSize screen_;
    // As drawn, in the width that the screen had then.
    std::vector<Row> rows_;
    std::size_t cursor_row_ = 0;
    unsigned cursor_column_ = 0;
};

}  // namespace hark
