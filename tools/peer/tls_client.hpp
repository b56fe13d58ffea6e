// hark's side of TLS: which servers it trusts, and how it identifies itself.
#pragma once

#include "common/sys/clock.hpp"
#include "common/tls/context.hpp"
#include "common/tls/session.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace hark {

class TlsClient {
   public:
    static constexpr Duration HANDSHAKE_TIMEOUT = std::chrono::seconds{10};

    // Reads the files. `host`: the server's name or address, as it was given. Throws
    // std::runtime_error, in the user's language.
    TlsClient(const tls::ClientOptions& options, const std::string& host);

    // A session on `socket`, which outlives it and does not block. The server must prove that it
    // has the name. Throws std::bad_alloc.
    [[nodiscard]] std::unique_ptr<tls::Session> begin(int socket) const;

   private:
    tls::ClientContext context_;
    std::string name_;
};

// The line with which a server refused a connection before the handshake, in plain text: "421 too
// many connections". Empty if it sent something else. Call after Failure::not_tls.
[[nodiscard]] std::string plain_refusal(const tls::Session& session, int socket);

// Why a handshake failed and what to do, with the option that helps; in the user's language.
[[nodiscard]] std::string tls_failure_text(tls::Failure failure);

// Whether the failure is the server's complaint about our certificate.
[[nodiscard]] bool is_about_our_certificate(tls::Failure failure) noexcept;

// Whether a certificate, the server's or ours, was not accepted.
[[nodiscard]] bool is_about_a_certificate(tls::Failure failure) noexcept;

// What to do about a 421 for this reason, if the server can only mean that it expects TLS;
// otherwise empty. harkd says so on a port with TLS, and only there.
[[nodiscard]] std::string tls_hint(std::string_view reason);

}  // namespace hark
