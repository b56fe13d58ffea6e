#include "common/settings/unknown_settings.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/nearest.hpp"

#include <algorithm>

namespace hark {

namespace {

// "unknown setting 'quiet', did you mean 'quiet_ms'?"
std::string unknown_setting(const std::string& key, const std::vector<std::string>& known) {
    const std::vector<std::string> near = nearest(key, known);
    if (near.empty()) {
        return formatted(_("unknown setting '{}': expected one of: {}"), key, joined(known, ", "));
    }
    return formatted(_("unknown setting '{}', did you mean '{}'?"), key, joined(near, _("' or '")));
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

void reject_unknown(const TomlTable& table, const std::vector<std::string>& known,
                    const std::vector<Elsewhere>& elsewhere, Mistakes& mistakes) {
    for (const TomlEntry& entry : table) {
        if (is_among(known, entry.key)) continue;
        const auto there = std::ranges::find_if(
            elsewhere, [&](const Elsewhere& other) { return is_among(other.names, entry.key); });
        mistakes.add(entry.key_origin, there == elsewhere.end()
                                           ? unknown_setting(entry.key, known)
                                           : formatted(there->misplaced, entry.key));
    }
}

}  // namespace hark
