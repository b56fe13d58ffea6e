#include "common/tls/names.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

const std::string DIGITS(64, 'a');

std::vector<std::string> labels_of(std::string name) {
    if (name.ends_with('.')) name.pop_back();
    std::vector<std::string> labels{""};
    for (const char c : name) {
        if (c == '.') {
            labels.emplace_back();
        } else {
            labels.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
    }
    return labels;
}

// The documented rule, for names without ':'.
bool expected(const std::string& pattern, const std::string& name) {
    const auto wanted = labels_of(pattern);
    const auto labels = labels_of(name);
    return std::ranges::equal(wanted, labels, [](const auto& a, const auto& b) {
        return !b.empty() && (a == b || a == "*");
    });
}

std::string arbitrary_name() {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::element('a', 'A', 'b', '.', '*'));
    return bytes.substr(0, 8);
}

}  // namespace

TEST_CASE("names: what can be a pattern") {
    for (const char* const pattern :
         {"dev7", "dev7.example.org", "dev7.example.org.", "*", "*.example.org", "*.*.org", "a.*.b",
          "spiffe://example.org/dev7", "urn:x", "mailto:a@b*c", "Sha256:x", "the name"}) {
        CAPTURE(pattern);
        CHECK(tls::is_pattern(pattern));
    }
    CHECK(tls::is_pattern("sha256:" + DIGITS));
    for (const char* const pattern :
         {"", ".", "..", "a..", "a..b", ".a", "dev*.example.org", "**", "*x.org", "a\nb", "a\x7F",
          "sha256:", "sha256:abc", "spiffe://a\tb"}) {
        CAPTURE(pattern);
        CHECK_FALSE(tls::is_pattern(pattern));
    }
    CHECK_FALSE(tls::is_pattern("sha256:" + std::string(64, 'A')));
    CHECK_FALSE(tls::is_pattern("sha256:" + DIGITS + "a"));
    CHECK_FALSE(tls::is_pattern("sha256:" + DIGITS.substr(1)));
    CHECK_FALSE(tls::is_pattern("sha256:" + DIGITS.substr(1) + "g"));
    CHECK_FALSE(tls::is_pattern(std::string_view{"a\0b", 3}));
}

TEST_CASE("names: whom a pattern means") {
    CHECK(tls::matches("dev7.example.org", "dev7.example.org"));
    CHECK(tls::matches("DEV7.example.ORG", "dev7.Example.org"));
    CHECK(tls::matches("dev7.example.org.", "dev7.example.org"));
    CHECK(tls::matches("dev7.example.org", "dev7.example.org."));
    CHECK(tls::matches("*.example.org", "dev7.example.org"));
    CHECK(tls::matches("a.*.c", "a.b.c"));
    CHECK(tls::matches("*.example.org", "*.example.org"));
    CHECK(tls::matches("spiffe://a/b", "spiffe://a/b"));

    CHECK_FALSE(tls::matches("*.example.org", "example.org"));
    CHECK_FALSE(tls::matches("*.example.org", ".example.org"));
    CHECK_FALSE(tls::matches("*.example.org", "a.b.example.org"));
    CHECK_FALSE(tls::matches("*", "a.b"));
    CHECK_FALSE(tls::matches("*", ""));
    CHECK_FALSE(tls::matches("dev7.example.org", "*.example.org"));
    CHECK_FALSE(tls::matches("example.org", "dev7.example.org"));
    CHECK_FALSE(tls::matches("example.org", "example.org.."));
    CHECK_FALSE(tls::matches("example.org", "example.org.evil"));
    CHECK_FALSE(tls::matches("example.org", std::string_view{"example.org\0.evil", 17}));
    CHECK_FALSE(tls::matches("spiffe://a/b", "spiffe://a/B"));
    CHECK_FALSE(tls::matches("*", "spiffe://a"));
    // Beyond ASCII, case counts.
    CHECK_FALSE(tls::matches("\xC3\xA4.org", "\xC3\x84.org"));
}

TEST_CASE("names: any pattern and any name, by the rule") {
    CHECK(rc::check([] {
        const std::string pattern = arbitrary_name();
        const std::string name = *rc::gen::element(0, 1) == 0 ? arbitrary_name() : pattern;
        if (!tls::is_pattern(pattern)) return;
        RC_ASSERT(tls::matches(pattern, name) == expected(pattern, name));
    }));
}

TEST_CASE("names: the first pattern decides, and the SAN before the CN") {
    tls::Names names{.dns = {"a.org", "b.org"}, .uris = {"urn:c"}, .common_name = "d.org"};
    names.sha256 = DIGITS;
    const auto found = [&](const std::vector<std::string>& patterns) {
        const std::string* const name = tls::find_allowed(names, patterns);
        return name == nullptr ? std::string{"-"} : *name;
    };
    CHECK(found({}) == "-");
    CHECK(found({"x.org"}) == "-");
    CHECK(found({"*.org"}) == "a.org");
    CHECK(found({"x", "B.ORG", "a.org"}) == "b.org");
    CHECK(found({"urn:c"}) == "urn:c");
    CHECK(found({"d.org"}) == "-");
    CHECK(found({"sha256:" + DIGITS}) == "a.org");
    CHECK(found({"sha256:" + std::string(64, 'b')}) == "-");
    CHECK(names.first() == "a.org");
    names.dns.clear();
    CHECK(found({"d.org"}) == "-");
    CHECK(names.first() == "urn:c");
    names.uris.clear();
    CHECK(found({"d.org"}) == "d.org");
    CHECK(names.first() == "d.org");
    names.common_name.clear();
    CHECK(found({"*"}) == "-");
    CHECK(found({"sha256:" + DIGITS}).empty());
}
