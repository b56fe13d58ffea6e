#include "common/io/line_splitter.hpp"

#include <algorithm>

namespace hark {

namespace {

std::string_view without_cr(std::string_view line) noexcept {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// The length of `text` without an incomplete UTF-8 character at its end.
std::size_t whole_characters(std::string_view text) noexcept {
    constexpr std::size_t LONGEST = 4;
    for (std::size_t back = 1; back <= std::min(LONGEST, text.size()); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? text.size() - back : text.size();
    }
    return text.size();
}

}  // namespace

bool LineSplitter::next(std::string_view& data, LinePiece& piece) {
    taken_.clear();
    const std::size_t room = MAX_PIECE - rest_.size();
    const std::size_t end = data.substr(0, room + 1).find('\n');
    if (end != std::string_view::npos) {
        if (rest_.empty()) {
            piece = {without_cr(data.substr(0, end)), LineEnd::line};
        } else {
            rest_.append(data.substr(0, end));
            taken_.swap(rest_);
            piece = {without_cr(taken_), LineEnd::line};
        }
        data.remove_prefix(end + 1);
        return true;
    }
    const std::string_view part = data.substr(0, room);
    rest_.append(part);
    data.remove_prefix(part.size());
    if (data.empty()) return false;

    taken_.swap(rest_);
    // A CR at the end of a full piece may belong to the terminator.
    const std::size_t length =
        taken_.ends_with('\r') ? taken_.size() - 1 : whole_characters(taken_);
    rest_.assign(taken_, length);
    taken_.resize(length);
    piece = {taken_, LineEnd::cut};
    return true;
}

bool LineSplitter::take_rest(LineEnd end, LinePiece& piece) {
    if (rest_.empty()) return false;
    taken_.clear();
    taken_.swap(rest_);
    piece = {end == LineEnd::eof ? without_cr(taken_) : std::string_view{taken_}, end};
    return true;
}

void LineSplitter::clear() noexcept {
    rest_.clear();
}

}  // namespace hark
