// Certificates for tests, made on the spot, as PEM files in a folder.
#pragma once

#include "common/tls/files.hpp"
#include "common/tls/handles.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace hark::test {

struct Validity {
    long from_day = -1;  // from today
    long to_day = 30;
};

// A certificate's file and its key's.
struct CertificateFiles {
    std::string certificate;
    std::string key;
};

class Authority {
   public:
    explicit Authority(const std::string& name) : key_{new_key()}, own_{blank(name, *key_, {})} {
        add(*own_, NID_basic_constraints, "critical,CA:TRUE");
        sign(*own_, *own_, *key_);
        write(ca(), *own_);
    }

    // Its own certificate's file.
    [[nodiscard]] std::string ca() const { return folder_ / "ca.pem"; }

    // `names`: the SAN, as openssl-x509v3_config(5) has it; empty: none.
    [[nodiscard]] CertificateFiles issue(const std::string& name, const std::string& names,
                                         Validity validity = {}) const {
        const Key key = new_key();
        const tls::CertificateHandle made = blank(name, *key, validity);
        if (!names.empty()) add(*made, NID_subject_alt_name, names.c_str());
        sign(*made, *own_, *key_);
        return write(name, *made, *key);
    }

    [[nodiscard]] CertificateFiles self_signed(const std::string& name,
                                               const std::string& names) const {
        const Key key = new_key();
        const tls::CertificateHandle made = blank(name, *key, {});
        add(*made, NID_subject_alt_name, names.c_str());
        sign(*made, *made, *key);
        return write(name, *made, *key);
    }

   private:
    using Key = std::unique_ptr<EVP_PKEY, tls::Freed<EVP_PKEY_free>>;

    static void need(bool done) {
        if (!done) throw std::runtime_error{"cannot make a certificate"};
    }

    static Key new_key() {
        Key key{EVP_EC_gen("P-256")};
        need(key != nullptr);
        return key;
    }

    static tls::CertificateHandle blank(const std::string& name, EVP_PKEY& key, Validity validity) {
        static long serial = 0;
        constexpr long DAY = 24 * 60 * 60;
        tls::CertificateHandle made{X509_new()};
        need(made != nullptr);
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), validity.from_day * DAY);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), validity.to_day * DAY);
        const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
        need(X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName,
                                        MBSTRING_UTF8, text, -1, -1, 0) == 1);
        need(X509_set_pubkey(made.get(), &key) == 1);
        return made;
    }

    static void add(X509& to, int extension, const char* value) {
        const std::unique_ptr<X509_EXTENSION, tls::Freed<X509_EXTENSION_free>> made{
            X509V3_EXT_conf_nid(nullptr, nullptr, extension, value)};
        need(made != nullptr && X509_add_ext(&to, made.get(), -1) == 1);
    }

    static void sign(X509& certificate, const X509& issuer, EVP_PKEY& key) {
        need(X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1);
        need(X509_sign(&certificate, &key, EVP_sha256()) != 0);
    }

    static void write(const std::string& path, X509& certificate) {
        const tls::BioHandle file{BIO_new_file(path.c_str(), "w")};
        need(file != nullptr && PEM_write_bio_X509(file.get(), &certificate) == 1);
    }

    [[nodiscard]] CertificateFiles write(const std::string& name, X509& certificate,
                                         EVP_PKEY& key) const {
        CertificateFiles files{folder_ / (name + ".pem"), folder_ / (name + ".key")};
        write(files.certificate, certificate);
        const tls::BioHandle file{BIO_new_file(files.key.c_str(), "w")};
        need(file != nullptr && PEM_write_bio_PrivateKey(file.get(), &key, nullptr, nullptr, 0,
                                                         nullptr, nullptr) == 1);
        return files;
    }

    TemporaryFolder folder_;
    Key key_;
    tls::CertificateHandle own_;
};

}  // namespace hark::test
