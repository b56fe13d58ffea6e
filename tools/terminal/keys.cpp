#include "tools/terminal/keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hark {

namespace {

constexpr wchar_t ESC = 0x1B;
constexpr wchar_t UNDECODABLE = 0xFFFD;
// Longer than any key's sequence.
constexpr std::size_t LONGEST_SEQUENCE = 32;

constexpr wchar_t control(char letter) {
    return static_cast<wchar_t>(letter & 0x1F);
}

// The sequence after ESC, and the key it is translated to.
constexpr std::array SEQUENCES = std::to_array<std::pair<std::wstring_view, std::wstring_view>>({
    {L"[A", L"\x10"},        {L"OA", L"\x10"},        {L"[B", L"\x0E"},
    {L"OB", L"\x0E"},        {L"[C", L"\x06"},        {L"OC", L"\x06"},
    {L"[D", L"\x02"},        {L"OD", L"\x02"},        {L"[H", L"\x01"},
    {L"OH", L"\x01"},        {L"[1~", L"\x01"},       {L"[7~", L"\x01"},
    {L"[F", L"\x05"},        {L"OF", L"\x05"},        {L"[4~", L"\x05"},
    {L"[8~", L"\x05"},       {L"[3~", L"\x1F"},       {L"[1;5C", L"\x1B\x66"},
    {L"[1;3C", L"\x1B\x66"}, {L"[1;5D", L"\x1B\x62"}, {L"[1;3D", L"\x1B\x62"},
    {L"[3;5~", L"\x1B\x64"},
});

constexpr std::wstring_view META_KEYS = L"bfdulc\b\x7F";

constexpr std::array CONTROL_KEYS{
    control('A'), control('B'), control('D'), control('E'), control('F'), control('H'),
    control('I'), control('J'), control('K'), control('L'), control('M'), control('N'),
    control('P'), control('R'), control('T'), control('U'), control('W'), control('Y')};

bool is_key(wchar_t character) {
    if (character < 0x20) {
        return std::find(CONTROL_KEYS.begin(), CONTROL_KEYS.end(), character) != CONTROL_KEYS.end();
    }
    return character < 0x80 || character > 0x9F;
}

}  // namespace

void TerminalKeys::feed(std::string_view bytes) {
    characters_.erase(0, taken_);
    taken_ = 0;
    for (const char byte : bytes) feed_byte(byte);
}

void TerminalKeys::feed_byte(char byte) {
    wchar_t character = 0;
    const std::size_t result = std::mbrtowc(&character, &byte, 1, &state_);
    if (result == static_cast<std::size_t>(-2)) {
        in_character_ = true;
        return;
    }
    if (result != static_cast<std::size_t>(-1)) {
        in_character_ = false;
        if (character != 0) characters_ += character;
        return;
    }
    state_ = {};
    characters_ += UNDECODABLE;
    // The previous character was incomplete: this byte may begin the next.
    if (std::exchange(in_character_, false)) feed_byte(byte);
}

bool TerminalKeys::next(std::wstring& key) {
    while (next_raw(key)) {
        if (key.front() != ESC) {
            if (is_key(key.front())) return true;
            continue;
        }
        if (key.size() == 2 && META_KEYS.find(key[1]) != std::wstring_view::npos) return true;
        for (const auto& [sequence, meaning] : SEQUENCES) {
            if (std::wstring_view{key}.substr(1) == sequence) {
                key = meaning;
                return true;
            }
        }
    }
    return false;
}

bool TerminalKeys::next_raw(std::wstring& key) {
    const std::wstring_view rest = std::wstring_view{characters_}.substr(taken_);
    if (rest.empty()) return false;
    std::size_t length = 1;
    if (rest.front() == ESC) {
        if (rest.size() < 2) return false;
        if (rest[1] == L'[') {
            // Parameters and intermediates (ECMA-48, 5.4), then the final character.
            length = 2;
            while (length < rest.size() && rest[length] >= 0x20 && rest[length] < 0x40) ++length;
            if (length == rest.size() && length < LONGEST_SEQUENCE) return false;
            if (length < rest.size() && rest[length] >= 0x40 && rest[length] < 0x7F) ++length;
        } else if (rest[1] == L'O') {
            if (rest.size() < 3) return false;
            length = 3;
        } else if (rest[1] != ESC) {
            length = 2;
        }
    }
    key = rest.substr(0, length);
    taken_ += length;
    return true;
}

}  // namespace hark
