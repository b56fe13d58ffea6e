// The charset of the locale, which is that of the terminal and of the command line. Everything
// inside the programs is UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <iconv.h>

namespace hark {

class LocaleCharset {
   public:
    // Of the locale as setlocale(3) has set it. One without a charset of its own (C, POSIX) says
    // nothing of the terminal, and is taken for UTF-8.
    LocaleCharset();
    // One that the C library knows by that name; UTF-8 where it does not.
    explicit LocaleCharset(const char* name);
    ~LocaleCharset();
    LocaleCharset(const LocaleCharset&) = delete;
    LocaleCharset& operator=(const LocaleCharset&) = delete;

    // Whether text need not be converted.
    [[nodiscard]] bool is_utf8() const noexcept { return !to_utf8_; }

    // `text`, UTF-8, for the terminal. A character that the charset has not becomes \uXXXX or
    // \UXXXXXXXX; bytes that are not UTF-8 pass as they are.
    [[nodiscard]] std::string encode(std::string_view text) const;

    // `bytes` as they were typed, in UTF-8; nothing when they are not text in the charset. With
    // UTF-8 they pass as they are, valid or not.
    [[nodiscard]] std::optional<std::string> decode(std::string_view bytes) const;

   private:
    std::optional<iconv_t> to_utf8_;
    std::optional<iconv_t> from_utf8_;
};

// An argument of the command line as text, for what is said of it; its bytes where they are no text
// in the charset of the locale.
[[nodiscard]] std::string argument_text(std::string_view bytes);

}  // namespace hark
