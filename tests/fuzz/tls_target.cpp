// Certificates as clients present them, in DER, and the patterns that their names are compared
// with.
#include "common/text/utf8.hpp"
#include "common/tls/certificate.hpp"
#include "common/tls/handles.hpp"
#include "common/tls/names.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/err.h>

namespace hark::fuzz {

namespace {

bool has_controls(std::string_view name) {
    return std::ranges::any_of(
        name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// A name that is a pattern matches itself, in any case, and no name with one more label.
void check_pattern(const std::string& name) {
    if (!tls::is_pattern(name)) return;
    require(!has_controls(name), "a pattern has no controls");
    if (name.starts_with("sha256:")) return;
    require(tls::matches(name, name), "a pattern means itself");
    if (name.find(':') != std::string::npos) return;
    std::string upper = name;
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    require(tls::matches(name, upper) && tls::matches(upper, name), "case does not count");
    require(!tls::matches(name, "x." + name), "a label more is another name");
    require(!tls::matches(name, std::string{name} + ".x"), "a label more is another name");
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos && dot + 1 < name.size()) {
        require(tls::matches("*" + name.substr(dot), name), "* is any label");
        require(!tls::matches("*" + name.substr(dot), name.substr(dot + 1)), "* is one label");
    }
}

void check_certificate(X509& certificate) {
    const tls::Names names = tls::names_of(certificate);
    require(names.sha256.size() == 64, "each certificate has a hash");
    static_cast<void>(tls::expiry_of(certificate));
    static_cast<void>(tls::rsa_bits(certificate));
    const std::vector<std::string> fingerprint{"sha256:" + names.sha256};
    require(tls::find_allowed(names, fingerprint) == &names.first(),
            "a hash means its certificate");
    std::vector<std::string> all = names.dns;
    all.insert(all.end(), names.uris.begin(), names.uris.end());
    all.push_back(names.common_name);
    for (const std::string& name : all) {
        require(!names.is_good || (utf8::scan(name).valid == name.size() && !has_controls(name)),
                "good names can be shown");
        check_pattern(name);
    }
    const std::vector<std::string> common_name{names.common_name};
    if (!names.dns.empty() && tls::find_allowed(names, common_name) != nullptr) {
        require(std::ranges::any_of(
                    all.begin(), all.end() - 1,
                    [&](const auto& name) { return tls::matches(names.common_name, name); }) ||
                    names.common_name == fingerprint.front(),
                "the CN counts only where there is no other name");
    }
}

}  // namespace

void tls_names(std::string_view bytes) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const tls::CertificateHandle certificate{
        d2i_X509(nullptr, &at, static_cast<long>(bytes.size()))};
    ERR_clear_error();
    if (certificate != nullptr) check_certificate(*certificate);
    // The first line is a pattern, and each of the others a name.
    const std::string pattern{bytes.substr(0, bytes.find('\n'))};
    check_pattern(pattern);
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos;) {
        const std::size_t next = bytes.find('\n', end + 1);
        const std::string_view name = bytes.substr(end + 1, next - end - 1);
        if (tls::is_pattern(pattern) && tls::matches(pattern, name)) {
            require(std::ranges::count(pattern, '.') + 1 >= std::ranges::count(name, '.') &&
                        std::ranges::count(name, '.') + 1 >= std::ranges::count(pattern, '.'),
                    "as many labels");
        }
        end = next;
    }
}

}  // namespace hark::fuzz
