// Owners of OpenSSL's objects.
#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace hark::tls {

template <auto Free>
struct Freed {
    template <typename Object>
    void operator()(Object* object) const noexcept {
        Free(object);
    }
};

using SslHandle = std::unique_ptr<SSL, Freed<SSL_free>>;
using ContextHandle = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;
using BioHandle = std::unique_ptr<BIO, Freed<BIO_free>>;

}  // namespace hark::tls
