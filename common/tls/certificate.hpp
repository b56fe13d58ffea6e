// What harkd and hark want to know about an X.509 certificate.
#pragma once

#include "common/sys/clock.hpp"
#include "common/tls/names.hpp"

#include <optional>

#include <openssl/x509.h>

namespace hark::tls {

[[nodiscard]] Names names_of(X509& certificate);
// When it expires; nothing if it has no date that makes sense.
[[nodiscard]] std::optional<WallTime> expiry_of(const X509& certificate) noexcept;
// The length of its RSA key; 0: it has another kind of key.
[[nodiscard]] int rsa_bits(const X509& certificate) noexcept;

}  // namespace hark::tls
