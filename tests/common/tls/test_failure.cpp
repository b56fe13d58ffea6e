#include "common/tls/failure.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

using namespace hark;
using tls::Failure;

TEST_CASE("failure: each has a text of its own") {
    CHECK(std::string{tls::text(Failure::none)}.empty());
    std::set<std::string> texts;
    const int last = static_cast<int>(Failure::protocol);
    for (int value = 1; value <= last; ++value) {
        const std::string text = tls::text(static_cast<Failure>(value));
        CAPTURE(value);
        CHECK_FALSE(text.empty());
        CHECK(text.find('\n') == std::string::npos);
        texts.insert(text);
    }
    CHECK(texts.size() == static_cast<std::size_t>(last));
}

TEST_CASE("failure: what OpenSSL says of a certificate") {
    CHECK(tls::failure_of_verification(X509_V_OK) == Failure::none);
    CHECK(tls::failure_of_verification(X509_V_ERR_CERT_HAS_EXPIRED) == Failure::expired);
    CHECK(tls::failure_of_verification(X509_V_ERR_CRL_HAS_EXPIRED) == Failure::no_revocation_list);
    CHECK(tls::failure_of_verification(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN) ==
          Failure::unknown_issuer);
    // Only OK counts as good, whatever comes with a new release.
    for (long result = 1; result < 200; ++result) {
        CHECK(tls::failure_of_verification(result) != Failure::none);
    }
}

TEST_CASE("failure: is taken from OpenSSL's queue, which is empty then") {
    const auto taken = [](int library, int reason, long result = X509_V_OK) {
        ERR_raise(library, reason);
        ERR_raise(ERR_LIB_X509, 1);  // a later one does not count
        const Failure failure = tls::take_failure(result);
        CHECK(ERR_peek_error() == 0);
        return failure;
    };
    CHECK(taken(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED, X509_V_ERR_CERT_REVOKED) ==
          Failure::revoked);
    CHECK(taken(ERR_LIB_SSL, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) == Failure::no_certificate);
    CHECK(taken(ERR_LIB_SSL, SSL_R_HTTP_REQUEST) == Failure::not_tls);
    CHECK(taken(ERR_LIB_SSL, SSL_R_UNSUPPORTED_PROTOCOL) == Failure::no_common_version);
    CHECK(taken(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER) == Failure::no_common_cipher);
    CHECK(taken(ERR_LIB_SSL, SSL_R_TLSV1_ALERT_UNKNOWN_CA) == Failure::ours_unknown_issuer);
    CHECK(taken(ERR_LIB_SSL, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED) == Failure::ours_missing);
    CHECK(taken(ERR_LIB_SSL, SSL_R_BAD_LENGTH) == Failure::protocol);
    CHECK(taken(ERR_LIB_EC, 1) == Failure::protocol);
    CHECK(tls::take_failure(X509_V_OK) == Failure::protocol);
}
