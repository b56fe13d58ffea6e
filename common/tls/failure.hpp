// Why a handshake failed, in words for people: what is wrong, and what to do about it.
#pragma once

#include <cstdint>
#include <string_view>

namespace hark::tls {

enum class Failure : std::uint8_t {
    none,
    timed_out,
    gone,     // the peer closed or reset the connection
    not_tls,  // it speaks another protocol
    no_common_version,
    no_common_cipher,
    // About the certificate that the peer has shown.
    no_certificate,
    expired,
    not_yet_valid,
    revoked,
    unknown_issuer,
    self_signed,
    bad_signature,
    wrong_purpose,
    no_revocation_list,  // its issuer's is missing or old
    weak_key,
    bad_name,     // a name in it has characters that no name may have
    wrong_name,   // it names another host
    not_allowed,  // no name in it is on the list
    invalid,      // for another reason
    // What the peer says about ours.
    ours_refused,
    ours_unknown_issuer,
    ours_expired,
    ours_revoked,
    ours_missing,
    protocol,  // anything else
};

// "the certificate has expired: renew it", ... in English; N_() for translation.
[[nodiscard]] const char* text(Failure failure) noexcept;

// What is wrong with the peer's certificate, from X509_V_ERR_*.
[[nodiscard]] Failure failure_of_verification(long result) noexcept;
// What OpenSSL's error queue says; empties the queue. `result` as above.
[[nodiscard]] Failure take_failure(long result) noexcept;

}  // namespace hark::tls
