// The certificates of listeners, and of their clients.
#include "common/tls/certificate.hpp"
#include "common/tls/context.hpp"
#include "daemon/server/server.hpp"

#include <chrono>

#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration A_DAY = 24h;
constexpr std::chrono::days SOON{14};
// Longer ones make a handshake several times as expensive, for everybody on the one thread.
constexpr int LONG_RSA_KEY = 3072;

}  // namespace

void Server::check_certificates() noexcept {
    for (const ListenerConfig& listener : config_.listeners) {
        if (listener.tls_context == nullptr) continue;
        const std::string& path = listener.tls->files.certificate;
        const auto expiry = listener.tls_context->expiry();
        const auto left = std::chrono::floor<std::chrono::days>(expiry.value_or(WallTime::max()) -
                                                                loop_.wall_now());
        if (left.count() < 0) {
            diagnostics_.warn("the certificate {} has expired: renew it, then reload", path);
        } else if (left < SOON) {
            diagnostics_.warn("the certificate {} expires in {} day{}: renew it, then reload", path,
                              left.count(), left.count() == 1 ? "" : "s");
        }
        if (listener.tls_context->rsa_bits() > LONG_RSA_KEY) {
            diagnostics_.warn(
                "the key of {} has {} bits of RSA, which makes each handshake slow for all "
                "clients: "
                "P-256 is as safe, and faster",
                path, listener.tls_context->rsa_bits());
        }
        certificates_timer_.arm_in(A_DAY);
    }
}

void Server::on_secured(Newcomer newcomer) noexcept {
    Introduction& introduction = *newcomer.introduction;
    SSL& ssl = introduction.session->ssl();
    introduction.identity.tls = introduction.session->version();
    if (const tls::CertificateHandle shown{SSL_get1_peer_certificate(&ssl)}) {
        // Once the client is identified, the rest of the chain only takes memory.
        if (STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(&ssl)) {
            while (X509* const issuer = sk_X509_pop(chain)) X509_free(issuer);
        }
        const tls::Names names = tls::names_of(*shown);
        const auto& allow = newcomer.entrance.config->tls_context->allow();
        const std::string* const name =
            allow.empty() ? &names.first() : tls::find_allowed(names, allow);
        if (!names.is_good || name == nullptr) {
            const tls::Failure why =
                names.is_good ? tls::Failure::not_allowed : tls::Failure::bad_name;
            introduction.identity.certificate = names.is_good ? names.first() : std::string{};
            on_turned_away(std::move(newcomer), Refusal::not_allowed, why);
            return;
        }
        introduction.identity.certificate = *name;
        introduction.identity.sha256 = names.sha256;
    }
    open_connection(std::move(newcomer));
}

}  // namespace hark
