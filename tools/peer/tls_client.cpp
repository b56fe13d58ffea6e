#include "tools/peer/tls_client.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/calls.hpp"

#include <array>
#include <cstdint>
#include <new>
#include <stdexcept>

#include <sys/types.h>

namespace hark {

namespace {

// With more text after it, harkd's reply on a port without TLS, which names the protocol spoken
// there; alone, its reply to plain text on a port with TLS.
constexpr std::string_view OTHER_PROTOCOL = "not this protocol";

tls::ClientContext context_of(const tls::ClientFiles& files) {
    try {
        return tls::ClientContext{files};
    } catch (const tls::ContextError& problem) {
        throw std::runtime_error{formatted(_(problem.message()), problem.path(), problem.cause())};
    }
}

// What a failure is about.
enum class Subject : std::uint8_t { connection, their_certificate, our_certificate };

Subject subject_of(tls::Failure failure) noexcept {
    switch (failure) {
        case tls::Failure::none:
        case tls::Failure::timed_out:
        case tls::Failure::gone:
        case tls::Failure::not_tls:
        case tls::Failure::no_common_version:
        case tls::Failure::no_common_cipher:
        case tls::Failure::protocol:
            break;
        case tls::Failure::no_certificate:
        case tls::Failure::expired:
        case tls::Failure::not_yet_valid:
        case tls::Failure::revoked:
        case tls::Failure::unknown_issuer:
        case tls::Failure::self_signed:
        case tls::Failure::bad_signature:
        case tls::Failure::wrong_purpose:
        case tls::Failure::no_revocation_list:
        case tls::Failure::weak_key:
        case tls::Failure::bad_name:
        case tls::Failure::wrong_name:
        case tls::Failure::not_allowed:
        case tls::Failure::invalid:
            return Subject::their_certificate;
        case tls::Failure::ours_refused:
        case tls::Failure::ours_unknown_issuer:
        case tls::Failure::ours_expired:
        case tls::Failure::ours_revoked:
        case tls::Failure::ours_missing:
            return Subject::our_certificate;
    }
    return Subject::connection;
}

}  // namespace

TlsClient::TlsClient(const tls::ClientOptions& options, const std::string& host)
    : context_{context_of(options.files)},
      name_{options.server_name.empty() ? host : options.server_name} {
    constexpr int NO_SOCKET = -1;
    const tls::Session trial{context_.context(), tls::Side::client, NO_SOCKET};
    if (!tls::expect_server(trial.ssl(), name_)) {
        throw std::runtime_error{
            formatted(_("no certificate can be for \"{}\": give another --server-name"), name_)};
    }
}

std::unique_ptr<tls::Session> TlsClient::begin(int socket) const {
    auto session = std::make_unique<tls::Session>(context_.context(), tls::Side::client, socket);
    // The constructor has tried this, so it can only fail for lack of memory.
    if (!tls::expect_server(session->ssl(), name_)) throw std::bad_alloc{};
    return session;
}

std::string plain_refusal(const tls::Session& session, int socket) {
    constexpr std::string_view CODE = "421 ";
    std::array<char, 512> rest{};  // no reply is longer
    const ssize_t size = sys::recv(socket, rest.data(), rest.size());
    std::string text{session.first_bytes()};
    text.append(rest.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!text.starts_with(CODE)) return {};
    if (std::string_view{text}.substr(CODE.size()).starts_with(OTHER_PROTOCOL)) return {};
    return text.substr(0, text.find_first_of("\r\n"));
}

std::string tls_failure_text(tls::Failure failure) {
    if (failure == tls::Failure::not_tls) {
        return _("it does not speak TLS there: leave out --tls, or check the port");
    }
    std::string text = _(tls::text(failure));
    if (failure == tls::Failure::unknown_issuer || failure == tls::Failure::self_signed) {
        text += " (--ca FILE)";
    } else if (failure == tls::Failure::wrong_name) {
        text += " (--server-name NAME)";
    } else if (failure == tls::Failure::ours_missing) {
        text += " (--cert FILE --key FILE)";
    }
    return text;
}

bool is_about_our_certificate(tls::Failure failure) noexcept {
    return subject_of(failure) == Subject::our_certificate;
}

bool is_about_a_certificate(tls::Failure failure) noexcept {
    return subject_of(failure) != Subject::connection;
}

std::string tls_hint(std::string_view reason) {
    return reason == OTHER_PROTOCOL ? _("it expects TLS there: use --tls") : "";
}

}  // namespace hark
