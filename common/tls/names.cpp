#include "common/tls/names.hpp"

#include <algorithm>

namespace hark::tls {

namespace {

constexpr std::string_view FINGERPRINT = "sha256:";
constexpr std::size_t FINGERPRINT_DIGITS = 64;

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_uri(std::string_view name) noexcept {
    return name.find(':') != std::string_view::npos;
}

// Removes and returns the first label.
std::string_view take_label(std::string_view& name) noexcept {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
    return label;
}

// The dot of an absolute name: "example.org."
std::string_view without_last_dot(std::string_view name) noexcept {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

bool ends_in_label(std::string_view name) noexcept {
    return !name.empty() && !name.ends_with('.');
}

}  // namespace

const std::string& Names::first() const noexcept {
    if (!dns.empty()) return dns.front();
    return uris.empty() ? common_name : uris.front();
}

bool is_pattern(std::string_view pattern) noexcept {
    if (pattern.starts_with(FINGERPRINT)) {
        const std::string_view digits = pattern.substr(FINGERPRINT.size());
        return digits.size() == FINGERPRINT_DIGITS && std::ranges::all_of(digits, [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
               });
    }
    if (pattern.empty() || std::ranges::any_of(pattern, [](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
        })) {
        return false;
    }
    if (is_uri(pattern)) return true;
    std::string_view rest = without_last_dot(pattern);
    if (!ends_in_label(rest)) return false;
    for (;;) {
        const std::string_view label = take_label(rest);
        if (label.empty() || (label.find('*') != std::string_view::npos && label != "*")) {
            return false;
        }
        if (rest.empty()) return true;
    }
}

bool matches(std::string_view pattern, std::string_view name) noexcept {
    if (is_uri(pattern) || is_uri(name)) return pattern == name;
    pattern = without_last_dot(pattern);
    name = without_last_dot(name);
    if (!ends_in_label(pattern) || !ends_in_label(name)) return false;
    while (!pattern.empty() && !name.empty()) {
        const std::string_view wanted = take_label(pattern);
        const std::string_view label = take_label(name);
        if (label.empty()) return false;
        if (wanted != "*" && !std::ranges::equal(wanted, label, {}, lower, lower)) return false;
    }
    return pattern.empty() && name.empty();
}

const std::string* find_allowed(const Names& names,
                                std::span<const std::string> patterns) noexcept {
    const bool only_common_name = names.dns.empty() && names.uris.empty();
    for (const std::string& pattern : patterns) {
        if (pattern.starts_with(FINGERPRINT)) {
            if (std::string_view{pattern}.substr(FINGERPRINT.size()) == names.sha256) {
                return &names.first();
            }
            continue;
        }
        for (const auto* const all : {&names.dns, &names.uris}) {
            const auto found = std::ranges::find_if(
                *all, [&](const std::string& name) { return matches(pattern, name); });
            if (found != all->end()) return &*found;
        }
        if (only_common_name && matches(pattern, names.common_name)) return &names.common_name;
    }
    return nullptr;
}

}  // namespace hark::tls
