#include "tools/control/control_words.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/text/number.hpp"
#include "common/text/utf8.hpp"

namespace hark {

std::uint64_t client_number(const std::string& word) {
    const auto number = parse_number<std::uint64_t>(word);
    // The control socket carries numbers as int64.
    if (!number || *number == 0 || *number > INT64_MAX) {
        throw UsageError{
            formatted(_("invalid client \"{}\": expected its number (see hark clients)"),
                      argument_text(word))};
    }
    return *number;
}

std::string line_of(const std::vector<std::string>& words, std::size_t first) {
    const LocaleCharset charset;
    std::string line;
    for (std::size_t i = first; i < words.size(); ++i) {
        const std::optional<std::string> text = charset.decode(words[i]);
        if (!text || utf8::scan(*text).valid != text->size()) {
            throw UsageError{_("the text is not valid in the locale's charset")};
        }
        if (i > first) line += ' ';
        line += *text;
    }
    return line;
}

}  // namespace hark
