// What the TLS connections of one listener, or of hark, have in common: certificate and key, whom
// to trust, and what is negotiated: TLS 1.2 and 1.3, without tickets, session resumption,
// renegotiation, or early data.
#pragma once

#include "common/sys/clock.hpp"
#include "common/tls/files.hpp"
#include "common/tls/handles.hpp"
#include "common/tls/names.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hark::tls {

// A file that cannot be used, with the cause: "cannot use the key /x: No such file or directory".
// what() is in English, except the C library's text; the code that prints it translates message().
class ContextError : public std::runtime_error {
   public:
    // `message`: a message id marked with N_, with "{}" for `path` and for `cause`.
    ContextError(const char* message, std::string path, std::string cause);

    [[nodiscard]] const char* message() const noexcept { return message_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const std::string& cause() const noexcept { return cause_; }

   private:
    const char* message_;
    std::string path_;
    std::string cause_;
};

class ServerContext {
   public:
    // Reads the files. Throws ContextError.
    ServerContext(const ServerFiles& files, std::vector<std::string> allow);

    // For Session.
    [[nodiscard]] SSL_CTX& context() const noexcept { return *context_; }
    // When its own certificate expires.
    [[nodiscard]] std::optional<WallTime> expiry() const noexcept { return expiry_; }
    // The length of its own certificate's key; 0: it is not an RSA key.
    [[nodiscard]] int rsa_bits() const noexcept { return rsa_bits_; }
    [[nodiscard]] bool requires_certificate() const noexcept { return requires_certificate_; }
    // Patterns of names (matches()); empty: every client with a certificate.
    [[nodiscard]] const std::vector<std::string>& allow() const noexcept { return allow_; }

   private:
    ContextHandle context_;
    std::vector<std::string> allow_;
    std::optional<WallTime> expiry_;
    int rsa_bits_ = 0;
    bool requires_certificate_ = false;
};

class ClientContext {
   public:
    // Reads the files. Throws ContextError.
    explicit ClientContext(const ClientFiles& files);
    [[nodiscard]] SSL_CTX& context() const noexcept { return *context_; }

   private:
    ContextHandle context_;
};

// Requires the server's certificate to be for `host`, a name or an address as people write it: an
// IPv6 address may have brackets and a zone, a name a trailing dot. A name is also sent to the
// server (SNI). Returns whether that could be set: no certificate is for an empty name.
[[nodiscard]] bool expect_server(SSL& ssl, std::string host) noexcept;

}  // namespace hark::tls
