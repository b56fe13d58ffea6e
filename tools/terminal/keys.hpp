// Splits terminal input into keys: characters of the locale's charset, control characters, and the
// escape sequences of keys without a character.
//
// A key is returned only when it is complete: no caller ever waits for the rest of a character or
// sequence. All sequences of a key are translated to its binding in an Emacs-like editor. Unknown
// keys and sequences are dropped, so that no part of them is taken for text.
#pragma once

#include <cwchar>
#include <string>
#include <string_view>

namespace hark {

class TerminalKeys {
   public:
    // The code of the Delete key: unlike Ctrl-D, it does not end the input on an empty line.
    static constexpr wchar_t DELETE_KEY = 0x1F;

    void feed(std::string_view bytes);

    // The next key: one character, or ESC and one more. False if no complete key is left.
    [[nodiscard]] bool next(std::wstring& key);

   private:
    void feed_byte(char byte);
    [[nodiscard]] bool next_raw(std::wstring& key);

    std::mbstate_t state_{};
    bool in_character_ = false;
    std::wstring characters_;
    std::size_t taken_ = 0;  // of characters_, already returned
};

}  // namespace hark
