#include "common/tls/context.hpp"

#include "common/sys/message_id.hpp"
#include "common/tls/certificate.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace hark::tls {

namespace {

// For TLS 1.2; those of 1.3 are all good.
constexpr const char* CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20";

// The name that a certificate can be for: an IPv6 address without brackets and zone, a name
// without its trailing dot.
std::string bare_name(std::string name) {
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    if (name.find(':') != std::string::npos) return name.substr(0, name.find('%'));
    if (name.ends_with('.')) name.pop_back();
    return name;
}

// OpenSSL's words for the problem: the last part of a message, never all of it.
std::string library_words() {
    const unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    const char* const words = ERR_reason_error_string(error);
    return words == nullptr ? "unknown problem" : words;
}

// Opening the file says more about a missing file or permission than OpenSSL does.
void check_readable(const char* message, const std::string& path) {
    const std::ifstream file{path};
    if (!file) throw ContextError{message, path, std::strerror(errno)};
}

[[noreturn]] void fail_to_set_up() {
    throw ContextError{N_("cannot set up TLS: {1}"), {}, library_words()};
}

ContextHandle make_context(const SSL_METHOD* method) {
    ContextHandle context{SSL_CTX_new(method)};
    if (context == nullptr) fail_to_set_up();
    SSL_CTX* const raw = context.get();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    // A peer that ends the stream without close_notify may still read: Session tells the ends
    // apart.
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_set_cipher_list(raw, CIPHERS) != 1) fail_to_set_up();
    return context;
}

constexpr const char* NO_CERTIFICATE = N_("cannot use the certificate {}: {}");
constexpr const char* NO_KEY = N_("cannot use the key {}: {}");
constexpr const char* NO_CA = N_("cannot use the CA file {}: {}");
constexpr const char* NO_CRL = N_("cannot use the CRL {}: {}");
constexpr const char* NOT_A_CERTIFICATE =
    N_("cannot use the certificate {}: {} (expected a PEM file)");
constexpr const char* NOT_A_KEY =
    N_("cannot use the key {}: {} (expected a PEM file without a password)");
constexpr const char* NOT_ITS_KEY =
    N_("cannot use the key {}: it does not belong to the certificate {}");
constexpr const char* NOT_A_CA = N_("cannot use the CA file {}: {} (expected certificates in PEM)");
constexpr const char* NOT_A_CRL = N_("cannot use the CRL {}: {} (expected a list in PEM)");

void use_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key) {
    check_readable(NO_CERTIFICATE, certificate);
    check_readable(NO_KEY, key);
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        throw ContextError{NOT_A_CERTIFICATE, certificate, library_words()};
    }
    const bool used = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
    const unsigned long error = ERR_peek_last_error();
    const bool matches =
        ERR_GET_LIB(error) != ERR_LIB_X509 || ERR_GET_REASON(error) != X509_R_KEY_VALUES_MISMATCH;
    if (!used && matches) throw ContextError{NOT_A_KEY, key, library_words()};
    if (!used || SSL_CTX_check_private_key(context) != 1) {
        ERR_clear_error();
        throw ContextError{NOT_ITS_KEY, key, certificate};
    }
}

// There is nobody to ask for a password.
int no_password(char*, int, int, void*) noexcept {
    return 0;
}

}  // namespace

ContextError::ContextError(const char* message, std::string path, std::string cause)
    : std::runtime_error{fmt::format(fmt::runtime(message), path, cause)},
      message_{message},
      path_{std::move(path)},
      cause_{std::move(cause)} {}

ServerContext::ServerContext(const ServerFiles& files, std::vector<std::string> allow)
    : context_{make_context(TLS_server_method())}, allow_{std::move(allow)} {
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_default_passwd_cb(context, &no_password);
    use_certificate(context, files.certificate, files.key);
    if (const X509* const own = SSL_CTX_get0_certificate(context)) {
        expiry_ = expiry_of(*own);
        rsa_bits_ = tls::rsa_bits(*own);
    }
    if (files.client_ca.empty()) return;

    requires_certificate_ = true;
    check_readable(NO_CA, files.client_ca);
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(files.client_ca.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context, files.client_ca.c_str()) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        throw ContextError{NOT_A_CA, files.client_ca, library_words()};
    }
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    if (files.crl.empty()) return;

    check_readable(NO_CRL, files.crl);
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (lookup == nullptr ||
        X509_load_crl_file(lookup, files.crl.c_str(), X509_FILETYPE_PEM) <= 0) {
        throw ContextError{NOT_A_CRL, files.crl, library_words()};
    }
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
}

ClientContext::ClientContext(const ClientFiles& files)
    : context_{make_context(TLS_client_method())} {
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_default_passwd_cb(context, &no_password);
    if (files.ca.empty()) {
        SSL_CTX_set_default_verify_paths(context);
    } else {
        check_readable(NO_CA, files.ca);
        if (SSL_CTX_load_verify_file(context, files.ca.c_str()) != 1) {
            throw ContextError{NOT_A_CA, files.ca, library_words()};
        }
    }
    if (!files.certificate.empty()) use_certificate(context, files.certificate, files.key);
}

bool expect_server(SSL& ssl, std::string host) noexcept {
    std::string name = bare_name(std::move(host));
    if (name.empty()) return false;
    X509_VERIFY_PARAM* const parameters = SSL_get0_param(&ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(&ssl, name.c_str()) != 1) return false;
    // SSL_set_tlsext_host_name(3), which is a macro, does this.
    return SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) ==
           1;
}

}  // namespace hark::tls
