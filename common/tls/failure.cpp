#include "common/tls/failure.hpp"

#include "common/sys/message_id.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace hark::tls {

const char* text(Failure failure) noexcept {
    switch (failure) {
        case Failure::none:
            break;
        case Failure::timed_out:
            return N_("the TLS handshake took too long");
        case Failure::gone:
            return N_("the peer closed the connection during the TLS handshake");
        case Failure::not_tls:
            return N_("not this protocol");
        case Failure::no_common_version:
            return N_("no common version of TLS: at least 1.2 is needed");
        case Failure::no_common_cipher:
            return N_("no common TLS cipher: one with ECDHE and AES-GCM or ChaCha20 is needed");
        case Failure::no_certificate:
            return N_("no certificate was presented: this port requires one");
        case Failure::expired:
            return N_("the certificate has expired: renew it");
        case Failure::not_yet_valid:
            return N_("the certificate is not valid yet: check the clocks");
        case Failure::revoked:
            return N_("the certificate is revoked: use another one");
        case Failure::unknown_issuer:
            return N_("the certificate's issuer is unknown: trust its CA, or send the whole chain");
        case Failure::self_signed:
            return N_(
                "the certificate is self-signed: trust it as a CA, or use one that a CA signed");
        case Failure::bad_signature:
            return N_("the certificate's signature is wrong: it is damaged or forged");
        case Failure::wrong_purpose:
            return N_("the certificate is for another purpose: check its extended key usage");
        case Failure::no_revocation_list:
            return N_("no valid revocation list of the certificate's issuer: renew the CRL");
        case Failure::weak_key:
            return N_("the certificate's key or signature is too weak: make a stronger one");
        case Failure::bad_name:
            return N_("a name in the certificate contains control characters");
        case Failure::wrong_name:
            return N_("the certificate is for another host: check the name you connect to");
        case Failure::not_allowed:
            return N_("not allowed");
        case Failure::invalid:
            return N_("the certificate is not valid");
        case Failure::ours_refused:
            return N_("the peer refused our certificate");
        case Failure::ours_unknown_issuer:
            return N_("the peer does not know the issuer of our certificate: it must trust the CA");
        case Failure::ours_expired:
            return N_("the peer says that our certificate has expired: renew it");
        case Failure::ours_revoked:
            return N_("the peer says that our certificate is revoked: use another one");
        case Failure::ours_missing:
            return N_("the peer requires a certificate: give one and its key");
        case Failure::protocol:
            return N_("the TLS handshake failed: the peer broke the protocol");
    }
    return "";
}

Failure failure_of_verification(long result) noexcept {
    switch (result) {
        case X509_V_OK:
            return Failure::none;
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return Failure::expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return Failure::not_yet_valid;
        case X509_V_ERR_CERT_REVOKED:
            return Failure::revoked;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
            return Failure::unknown_issuer;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return Failure::self_signed;
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return Failure::bad_signature;
        case X509_V_ERR_INVALID_PURPOSE:
        case X509_V_ERR_INVALID_CA:
            return Failure::wrong_purpose;
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_CRL_HAS_EXPIRED:
        case X509_V_ERR_CRL_NOT_YET_VALID:
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
            return Failure::no_revocation_list;
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return Failure::weak_key;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return Failure::wrong_name;
        default:
            return Failure::invalid;
    }
}

Failure take_failure(long result) noexcept {
    const unsigned long error = ERR_peek_error();
    ERR_clear_error();
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return Failure::protocol;
    switch (ERR_GET_REASON(error)) {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return failure_of_verification(result);
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return Failure::no_certificate;
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return Failure::gone;
        case SSL_R_HTTP_REQUEST:
        case SSL_R_HTTPS_PROXY_REQUEST:
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
            return Failure::not_tls;
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_NO_PROTOCOLS_AVAILABLE:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return Failure::no_common_version;
        case SSL_R_NO_SHARED_CIPHER:
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
        case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            return Failure::no_common_cipher;
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
            return Failure::ours_unknown_issuer;
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
            return Failure::ours_expired;
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
            return Failure::ours_revoked;
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return Failure::ours_missing;
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return Failure::ours_refused;
        default:
            return Failure::protocol;
    }
}

}  // namespace hark::tls
