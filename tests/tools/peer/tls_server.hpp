// A server with TLS in a test's own thread, and a CA for both sides.
#pragma once

#include "common/tls/context.hpp"
#include "common/tls/session.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/sockets.hpp"
#include "tests/tools/peer/client.hpp"

#include <array>
#include <optional>
#include <string>

#include <doctest/doctest.h>

namespace hark::test {

inline const Authority& authority() {
    static const Authority made{"Test CA"};
    return made;
}

inline CertificateFiles localhost() {
    static const CertificateFiles made = authority().issue("localhost", "IP:127.0.0.1");
    return made;
}

// A server with TLS in the same thread: pump() does what it can without waiting.
class TlsServer {
   public:
    explicit TlsServer(const CertificateFiles& files, const std::string& client_ca = {})
        : context_{{files.certificate, files.key, client_ca, {}}, {}} {
        set_blocking(listener_.get(), false);
    }

    [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_of(listener_.get())}; }

    void pump() {
        if (!socket_) {
            socket_.reset(
                ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (!socket_) return;
            if (silent) return;
            session.emplace(context_.context(), tls::Side::server, socket_.get());
        }
        if (!session) return;
        if (!open) {
            const auto progress = session->shake_hands();
            open = progress == tls::Session::Progress::done;
            if (progress == tls::Session::Progress::failed) hang_up();
            return;
        }
        if (!reading) return;
        std::array<char, 65536> buffer;
        ssize_t size = 0;
        while ((size = session->recv(buffer)) > 0) {
            received.append(buffer.data(), static_cast<std::size_t>(size));
        }
        ended = ended || size == 0;
    }
    void send(std::string_view text) {
        REQUIRE(session->send(text) == static_cast<ssize_t>(text.size()));
    }
    void hang_up() {
        session.reset();
        socket_.reset();
    }

    std::optional<tls::Session> session;
    std::string received;
    bool open = false;
    bool ended = false;
    bool reading = true;
    bool silent = false;

   private:
    tls::ServerContext context_;
    UniqueFd listener_ = tcp_listener();
    UniqueFd socket_;
};

template <typename Condition>
void until(Client& client, TlsServer& server, Condition condition) {
    client.until([&] {
        server.pump();
        return condition();
    });
}

inline tls::ClientOptions trusting() {
    return {true, {authority().ca(), {}, {}}, {}};
}

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace hark::test
