// What a terminal sends, taken apart into keys: characters of the locale's charset, control
// characters, and the sequences of the keys that have no character.
//
// A key is only handed on when all of it is there: neither half a character nor half a sequence
// ever makes anybody wait for the rest. The same key has many sequences; it is handed on under the
// name that it has in an Emacs-like editor. Keys and sequences that mean nothing here are dropped,
// so that none of their parts can be taken for text.
#pragma once

#include <cwchar>
#include <string>
#include <string_view>

namespace hark {

class TerminalKeys {
   public:
    // What the Delete key is handed on as: it is unlike Ctrl-D on an empty line.
    static constexpr wchar_t DELETE_KEY = 0x1F;

    void feed(std::string_view bytes);

    // The next key: one character, or ESC and one more. False when no whole key is left.
    [[nodiscard]] bool next(std::wstring& key);

   private:
    void feed_byte(char byte);
    [[nodiscard]] bool next_raw(std::wstring& key);

    std::mbstate_t state_{};
    bool in_character_ = false;
    std::wstring characters_;
    std::size_t taken_ = 0;  // of characters_
};

}  // namespace hark
