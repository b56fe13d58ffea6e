// The options of the commands that can connect over TLS. They may also precede the command.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "common/tls/files.hpp"

#include <array>
#include <string>

namespace hark {

// For takes<>.
void take_tls(tls::ClientOptions& into, const std::string& value);
void take_ca(tls::ClientOptions& into, const std::string& value);
void take_certificate(tls::ClientOptions& into, const std::string& value);
void take_key(tls::ClientOptions& into, const std::string& value);
void take_server_name(tls::ClientOptions& into, const std::string& value);

inline constexpr std::array TLS_OPTIONS{
    OptionSpec{"--tls", nullptr, N_("Connect by TLS, and verify the daemon's certificate"),
               Choice::nothing, takes<take_tls>},
    OptionSpec{"--ca", "FILE",
               N_("Certificates to trust, in PEM; default: those the system trusts"), Choice::file,
               takes<take_ca>},
    OptionSpec{"--cert", "FILE", N_("Our certificate, in PEM, with those between it and its CA"),
               Choice::file, takes<take_certificate>},
    OptionSpec{"--key", "FILE", N_("Its private key, in PEM, without a password"), Choice::file,
               takes<take_key>},
    OptionSpec{"--server-name", "NAME",
               N_("The name in the daemon's certificate; default: that of --host"), Choice::host,
               takes<take_server_name>},
};

// Throws UsageError if they are incomplete, or if `allowed` is false and one of them is given.
// `command`: its name, for the message.
void check_tls_options(const tls::ClientOptions& options, bool allowed, const char* command);

}  // namespace hark
