// Certificates made by the test, as files, without the openssl command.
#pragma once

#include "common/tls/handles.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace hark::test {

using KeyHandle = std::unique_ptr<EVP_PKEY, tls::Freed<EVP_PKEY_free>>;

struct Made {
    KeyHandle key;
    tls::CertificateHandle certificate;
};

struct Wish {
    std::string_view common_name = "localhost";
    const char* san = nullptr;  // "DNS:localhost, URI:urn:x"
    long seconds = 3600;        // of validity, from now on; negative: it has expired
    int rsa_bits = 0;           // 0: P-256
};

// Self-signed.
[[nodiscard]] inline Made make_certificate(const Wish& wish = {}) {
    Made made{KeyHandle{wish.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits))
                                          : EVP_EC_gen("P-256")},
              tls::CertificateHandle{X509_new()}};
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.seconds);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME* const name = X509_get_subject_name(certificate);
    if (!wish.common_name.empty()) {
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(wish.common_name.data()),
                                   static_cast<int>(wish.common_name.size()), -1, 0);
    }
    X509_set_issuer_name(certificate, name);
    if (wish.san != nullptr) {
        X509_EXTENSION* const san =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, wish.san);
        X509_add_ext(certificate, san, -1);
        X509_EXTENSION_free(san);
    }
    if (X509_sign(certificate, made.key.get(), EVP_sha256()) == 0) {
        throw std::runtime_error{"cannot sign"};
    }
    return made;
}

// Writes "server.pem" and "server.key".
inline void write_files(const Made& made, const TemporaryFolder& folder) {
    using File = std::unique_ptr<std::FILE, tls::Freed<std::fclose>>;
    const File certificate{std::fopen((folder / "server.pem").c_str(), "w")};
    PEM_write_X509(certificate.get(), made.certificate.get());
    const File key{std::fopen((folder / "server.key").c_str(), "w")};
    PEM_write_PrivateKey(key.get(), made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace hark::test
