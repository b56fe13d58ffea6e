// The locale's charset, used by the terminal and the command line. Inside the programs, everything
// is UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <iconv.h>

namespace hark {

class LocaleCharset {
   public:
    // The charset set by setlocale(3). A locale without a charset (C, POSIX) does not describe the
    // terminal, so UTF-8 is assumed.
    LocaleCharset();
    // The charset that iconv(3) knows by this name; UTF-8 if it does not.
    explicit LocaleCharset(const char* name);
    ~LocaleCharset();
    LocaleCharset(const LocaleCharset&) = delete;
    LocaleCharset& operator=(const LocaleCharset&) = delete;

    // Whether no conversion is needed.
    [[nodiscard]] bool is_utf8() const noexcept { return !to_utf8_; }

    // Converts UTF-8 `text` for the terminal. Characters missing from the charset become \uXXXX or
    // \UXXXXXXXX; invalid UTF-8 passes unchanged.
    [[nodiscard]] std::string encode(std::string_view text) const;

    // Converts `bytes`, as typed, to UTF-8; nothing if they are invalid in the charset. With UTF-8,
    // all bytes pass unchanged, valid or not.
    [[nodiscard]] std::optional<std::string> decode(std::string_view bytes) const;

   private:
    std::optional<iconv_t> to_utf8_;
    std::optional<iconv_t> from_utf8_;
};

// A command line argument as text, for use in messages; unconverted if it is invalid in the
// locale's charset.
[[nodiscard]] std::string argument_text(std::string_view bytes);

}  // namespace hark
