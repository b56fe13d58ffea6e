#include "common/settings/toml_file.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <toml++/toml.h>

namespace hark {

namespace {

Origin origin_of(const toml::source_region& source, const std::string& name) {
    return {name, source.begin.line, source.begin.column};
}

TomlTable convert(const toml::table& table, const std::string& name);

TomlValue convert(const toml::node& node, const std::string& name) {
    TomlValue value{origin_of(node.source(), name), TomlDate{}};
    if (const auto* const text = node.as_string()) value.data = text->get();
    if (const auto* const whole = node.as_integer()) value.data = whole->get();
    if (const auto* const number = node.as_floating_point()) value.data = number->get();
    if (const auto* const flag = node.as_boolean()) value.data = flag->get();
    if (const auto* const table = node.as_table()) value.data = convert(*table, name);
    if (const auto* const array = node.as_array()) {
        TomlArray elements;
        for (const toml::node& element : *array) elements.push_back(convert(element, name));
        value.data = std::move(elements);
    }
    return value;
}

TomlTable convert(const toml::table& table, const std::string& name) {
    TomlTable entries;
    for (const auto& [key, node] : table) {
        entries.push_back(
            {std::string{key.str()}, origin_of(key.source(), name), convert(node, name)});
    }
    return entries;
}

// toml++ reports "Error while parsing value: could not determine value type".
std::string syntax_error(std::string_view description) {
    constexpr std::string_view BEGINNING = "Error while parsing ";
    if (description.ends_with("could not determine value type")) {
        return _("invalid TOML value (text must be quoted)");
    }
    // What everybody tries first.
    if (description.find("escape sequence '\\x'") != std::string_view::npos) {
        return _("invalid TOML string: TOML has no \\x, write \"\\u0003\" for the byte 03");
    }
    if (description.starts_with(BEGINNING)) {
        description.remove_prefix(BEGINNING.size());
        return formatted(_("invalid TOML {}"), description);
    }
    return formatted(_("invalid TOML: {}"), description);
}

}  // namespace

const TomlValue* find(const TomlTable& table, std::string_view key) noexcept {
    const auto found = std::ranges::find(table, key, &TomlEntry::key);
    return found == table.end() ? nullptr : &found->value;
}

std::string read_file(const std::string& path, const std::string& name) {
    // A directory can be opened, but reads as empty. open() reports all other errors.
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        throw SystemError{EISDIR, N_("cannot read {}"), name};
    }
    errno = 0;
    std::ifstream stream{path, std::ios::binary};
    std::ostringstream text;
    if (!stream ||
        !(text << stream.rdbuf() || stream.peek() == std::ifstream::traits_type::eof())) {
        throw SystemError{errno != 0 ? errno : EIO, N_("cannot read {}"), name};
    }
    return text.str();
}

TomlTable parse_toml(const std::string& text, const std::string& name, Mistakes& mistakes) {
    try {
        return convert(toml::parse(text), name);
    } catch (const toml::parse_error& problem) {
        mistakes.add(origin_of(problem.source(), name), syntax_error(problem.description()));
        return {};
    }
}

}  // namespace hark
