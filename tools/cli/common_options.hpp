// The options that every command has.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "common/net/endpoint.hpp"
#include "common/tls/files.hpp"

#include <array>
#include <string>
#include <vector>

namespace hark {

// A command line without the command's own options.
struct Arguments {
    Endpoint server;
    std::string control;  // path of the control socket; empty: the default paths
    bool json = false;
    tls::ClientOptions tls;
    std::vector<std::string> words;  // after the command, in the locale's charset
};

// For takes<>.
void take_host(Arguments& into, const std::string& value);
void take_port(Arguments& into, const std::string& value);
void take_control(Arguments& into, const std::string& value);
void take_json(Arguments& into, const std::string& value);

inline constexpr std::array COMMON_OPTIONS{
    OptionSpec{"--host", "HOST", N_("The daemon's host name or address; default: localhost"),
               Choice::host, takes<take_host>},
    OptionSpec{"--port", "PORT", N_("Its port; default: 8765"), Choice::nothing, takes<take_port>},
    OptionSpec{"--control", "PATH",
               N_("The daemon's control socket; default: /run/harkd/control, else the user's own"),
               Choice::file, takes<take_control>},
    OptionSpec{"--json", nullptr, N_("Print JSON objects, one per line"), Choice::nothing,
               takes<take_json>},
};

}  // namespace hark
