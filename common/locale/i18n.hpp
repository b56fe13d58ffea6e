// The programs' texts in the user's language (gettext). Not for records and replies: those are
// English everywhere.
//
// Inside the programs all text is UTF-8, including translations and strerror(3), whatever the
// locale's charset: in GBK a second byte may look like a brace or a backslash, which formatting
// would misinterpret. Text is converted on output (LocaleCharset).
#pragma once

#include "common/sys/message_id.hpp"

#include <string>

#include <fmt/core.h>
#include <libintl.h>

// `text` in the user's language, UTF-8. xgettext and most readers know these short names.
#define _(text) gettext(text)  // NOLINT(bugprone-reserved-identifier)
// N_, which only marks a constant for translation, comes from common/sys/message_id.hpp.

namespace hark {

// Sets language and charset from the environment's locale, and finds the translations: if the
// program runs from its build directory, those built with it, else the installed ones. Call first
// in main().
void set_up_locale();

// fmt::format with a format string known only at run time: a translation. Throws fmt::format_error
// if a translation does not fit the arguments.
template <typename... Values>
[[nodiscard]] std::string formatted(const char* format, const Values&... values) {
    return fmt::format(fmt::runtime(format), values...);
}

// From now on, `_` and strerror(3) return English, and LocaleCharset does not convert.
void speak_english();

}  // namespace hark
