#include "tools/cli/tls_options.hpp"

#include "common/cli/usage_error.hpp"

namespace hark {

namespace {

void take_file(std::string& into, const std::string& value, const char* message) {
    if (value.empty()) throw UsageError{message};
    into = value;
}

// The name of an option that was given; null: none.
const char* given(const tls::ClientOptions& options) noexcept {
    if (options.enabled) return "--tls";
    if (!options.files.ca.empty()) return "--ca";
    if (!options.files.certificate.empty()) return "--cert";
    if (!options.files.key.empty()) return "--key";
    return options.server_name.empty() ? nullptr : "--server-name";
}

}  // namespace

void take_tls(tls::ClientOptions& into, const std::string&) {
    into.enabled = true;
}

void take_ca(tls::ClientOptions& into, const std::string& value) {
    take_file(into.files.ca, value, _("--ca: expected the path of a file"));
}

void take_certificate(tls::ClientOptions& into, const std::string& value) {
    take_file(into.files.certificate, value, _("--cert: expected the path of a file"));
}

void take_key(tls::ClientOptions& into, const std::string& value) {
    take_file(into.files.key, value, _("--key: expected the path of a file"));
}

void take_server_name(tls::ClientOptions& into, const std::string& value) {
    constexpr std::size_t LONGEST = 255;  // of a name in DNS
    if (value.empty() || value.size() > LONGEST) {
        throw UsageError{_("--server-name: expected a host name or address")};
    }
    into.server_name = value;
}

void check_tls_options(const tls::ClientOptions& options, bool allowed, const char* command) {
    const char* const option = given(options);
    if (option == nullptr) return;
    if (!allowed) throw UsageError{formatted(_("{}: hark {} does not use TLS"), option, command)};
    if (!options.enabled) throw UsageError{formatted(_("{} needs --tls"), option)};
    if (options.files.certificate.empty() != options.files.key.empty()) {
        throw UsageError{options.files.key.empty() ? _("--cert needs --key")
                                                   : _("--key needs --cert")};
    }
}

}  // namespace hark
