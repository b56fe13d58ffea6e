// The programs' own words in the language of whoever runs them (gettext). Records and replies are
// not among them: they are English wherever they are read.
//
// Inside the programs all text is UTF-8, translations and strerror(3) too, whatever the locale's
// charset: in GBK a second byte can look like a brace or a backslash, which formatting would take
// for its own. It is converted where it is written (LocaleCharset).
#pragma once

#include "common/sys/message_id.hpp"

#include <string>

#include <fmt/core.h>
#include <libintl.h>

// `text` in the user's language, UTF-8. The short names are those that xgettext and every reader of
// such sources know.
#define _(text) gettext(text)  // NOLINT(bugprone-reserved-identifier)
// N_, which only marks a constant for translation, comes from common/sys/message_id.hpp.

namespace hark {

// Takes language and charset from the environment's locale and finds the translations: those that
// were built with this program where it runs from its build directory, else the installed ones.
// First in main().
void set_up_locale();

// fmt::format with a format that is known only at run time: a translated one. It throws
// fmt::format_error where a translation does not fit its values.
template <typename... Values>
[[nodiscard]] std::string formatted(const char* format, const Values&... values) {
    return fmt::format(fmt::runtime(format), values...);
}

// From here on `_` and strerror(3) give English, and LocaleCharset leaves text as it is.
void speak_english();

}  // namespace hark
