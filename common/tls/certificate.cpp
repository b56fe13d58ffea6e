#include "common/tls/certificate.hpp"

#include "common/text/hex.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <ctime>
#include <memory>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace hark::tls {

namespace {

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

std::string_view bytes_of(const ASN1_STRING& string) noexcept {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string)),
            static_cast<std::size_t>(ASN1_STRING_length(&string))};
}

std::string common_name_of(X509& certificate, bool& good) {
    X509_NAME* const subject = X509_get_subject_name(&certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) return {};
    const ASN1_STRING* const string = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, string);
    if (size < 0) {
        good = false;
        return {};
    }
    std::string name{reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
    OPENSSL_free(text);
    good = good && utf8::is_clean(name);
    return name;
}

std::string sha256_of(const X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    std::string hex;
    append_hex(hex, {reinterpret_cast<const char*>(digest.data()), size});
    return hex;
}

}  // namespace

Names names_of(X509& certificate) {
    Names names;
    names.common_name = common_name_of(certificate, names.is_good);
    names.sha256 = sha256_of(certificate);
    constexpr int NOT_THERE = -1;
    int found = NOT_THERE;
    const std::unique_ptr<GENERAL_NAMES, FreeNames> all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, &found, nullptr))};
    // Otherwise the common name would stand in for names that cannot be read.
    if (all == nullptr && found != NOT_THERE) names.is_good = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME& name = *sk_GENERAL_NAME_value(all.get(), i);
        if (name.type != GEN_DNS && name.type != GEN_URI) continue;
        const std::string_view text =
            bytes_of(name.type == GEN_DNS ? *name.d.dNSName : *name.d.uniformResourceIdentifier);
        names.is_good = names.is_good && utf8::is_clean(text);
        (name.type == GEN_DNS ? names.dns : names.uris).emplace_back(text);
    }
    return names;
}

std::optional<WallTime> expiry_of(const X509& certificate) noexcept {
    std::tm time{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time) != 1) return std::nullopt;
    return WallTime{std::chrono::seconds{::timegm(&time)}};
}

int rsa_bits(const X509& certificate) noexcept {
    const EVP_PKEY* const key = X509_get0_pubkey(&certificate);
    return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? EVP_PKEY_get_bits(key) : 0;
}

}  // namespace hark::tls
