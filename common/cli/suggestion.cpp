#include "common/cli/suggestion.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/nearest.hpp"

namespace hark {

std::string with_suggestions(std::string text, std::string_view name,
                             const std::vector<std::string>& known) {
    const std::vector<std::string> near = nearest(name, known);
    if (near.empty()) return text;
    return formatted(_("{}; did you mean {}?"), text, joined(near, _(" or ")));
}

}  // namespace hark
