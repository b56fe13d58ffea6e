// Names in certificates, and patterns for them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hark::tls {

// Who a certificate says its owner is. All are UTF-8 without control characters.
struct Names {
    std::vector<std::string> dns{};   // from the SAN
    std::vector<std::string> uris{};  // from the SAN
    std::string common_name{};
    std::string sha256{};  // of the certificate in DER, in lower-case hex
    bool is_good = true;   // false: a name has NUL or another control, or is not UTF-8

    // The name that stands for it: the first DNS or URI name, or else the common name.
    [[nodiscard]] const std::string& first() const noexcept;
};

// Whether `pattern` can match something: "dev7.example.org", "*.dev.example.org",
// "spiffe://example.org/dev7", "sha256:" and 64 hex digits.
[[nodiscard]] bool is_pattern(std::string_view pattern) noexcept;

// Whether `pattern` matches `name`. DNS names compare without regard to ASCII case, and `*` stands
// for exactly one label and nothing else; a `*` in `name` is that of a wildcard certificate, and
// only a `*` matches it. URIs compare byte by byte.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name) noexcept;

// The name that the first matching one of `patterns` matches: for "sha256:...", first(). Null: none
// of them does. The common name is only considered if there is no other.
[[nodiscard]] const std::string* find_allowed(const Names& names,
                                              std::span<const std::string> patterns) noexcept;

}  // namespace hark::tls
