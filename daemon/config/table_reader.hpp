// Reading a TOML table strictly: every value is of the kind that is expected, every key is known,
// and whatever is wrong is said with its place.
#pragma once

#include "common/locale/i18n.hpp"
#include "daemon/config/config_error.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace hark {

// Reads one table: each key is looked for by name, and what nobody asked for is an error.
class TableReader {
   public:
    TableReader(const toml::table& table, const std::string& file) : table_{table}, file_{file} {}

    [[nodiscard]] Origin origin(const toml::node& node) const { return origin(node.source()); }

    template <typename Take>
    void text(std::string_view key, Take take) {
        visit(key, [&](const toml::node& node) {
            if (const auto value = node.value_exact<std::string>()) {
                take(*value, origin(node));
            } else {
                origin(node).reject(wrong_kind(key, node), _("a string"));
            }
        });
    }

    // A string, or an array of them.
    template <typename Take>
    void texts(std::string_view key, Take take) {
        visit(key, [&](const toml::node& node) {
            const toml::array* const array = node.as_array();
            if (array == nullptr) {
                const auto value = node.value_exact<std::string>();
                if (!value) origin(node).reject(wrong_kind(key, node), _("a string or an array"));
                take(*value, origin(node));
                return;
            }
            if (array->empty()) {
                origin(node).reject(fmt::format(fmt::runtime(_("{} is empty")), key),
                                    _("a string"));
            }
            for (const toml::node& element : *array) {
                const auto value = element.value_exact<std::string>();
                if (!value) origin(element).reject(wrong_kind(key, element), _("a string"));
                take(*value, origin(element));
            }
        });
    }

    void flag(std::string_view key, bool& into) {
        visit(key, [&](const toml::node& node) {
            const auto value = node.value_exact<bool>();
            if (!value) origin(node).reject(wrong_kind(key, node), _("true or false"));
            into = *value;
        });
    }

    // A number from `least` to `most`, whole or not.
    template <typename Take>
    void number(std::string_view key, double least, double most, std::string_view expected,
                Take take) {
        visit(key, [&](const toml::node& node) {
            const auto value = node.is_number() ? node.value<double>() : std::nullopt;
            if (!value) origin(node).reject(wrong_kind(key, node), expected);
            if (!(*value >= least && *value <= most)) {
                origin(node).reject(fmt::format(fmt::runtime(_("{} is {}")), key, *value),
                                    expected);
            }
            take(*value);
        });
    }

    // A whole number, 0 or more.
    void count(std::string_view key, std::string_view expected, std::size_t& into) {
        visit(key, [&](const toml::node& node) {
            const auto value = node.value_exact<std::int64_t>();
            if (!value) origin(node).reject(wrong_kind(key, node), expected);
            if (*value < 0) {
                origin(node).reject(fmt::format(fmt::runtime(_("{} is {}")), key, *value),
                                    expected);
            }
            into = static_cast<std::size_t>(*value);
        });
    }

    template <typename Take>
    void tables(std::string_view key, Take take) {
        visit(key, [&](const toml::node& node) {
            const toml::array* const array = node.as_array();
            if (array == nullptr || !array->is_homogeneous<toml::table>()) {
                origin(node).reject(wrong_kind(key, node), fmt::format("[[{}]]", key));
            }
            for (const toml::node& element : *array) take(*element.as_table());
        });
    }

    // To be called last.
    void reject_unknown() const {
        for (const auto& [key, node] : table_) {
            if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
            origin(key.source())
                .reject(fmt::format(fmt::runtime(_("there is no setting '{}'")), key.str()),
                        fmt::format(fmt::runtime(_("one of: {}")), list(known_)));
        }
    }

   private:
    [[nodiscard]] Origin origin(const toml::source_region& source) const {
        return {fmt::format("{}:{}:{}", file_, source.begin.line, source.begin.column)};
    }

    template <typename Visit>
    void visit(std::string_view key, Visit visit) {
        known_.push_back(key);
        if (const toml::node* node = table_.get(key)) visit(*node);
    }

    static std::string list(const std::vector<std::string_view>& names) {
        std::string text;
        for (const std::string_view name : names) {
            text.append(text.empty() ? "" : ", ").append(name);
        }
        return text;
    }

    static std::string wrong_kind(std::string_view key, const toml::node& node) {
        std::ostringstream kind;
        kind << node.type();
        return fmt::format(fmt::runtime(_("{} cannot be a value of type {}")), key, kind.str());
    }

    const toml::table& table_;
    const std::string& file_;
    std::vector<std::string_view> known_;
};

}  // namespace hark
