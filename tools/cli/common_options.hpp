// The options of every command, and those of talk and send.
#pragma once

#include "common/locale/i18n.hpp"
#include "tools/commands.hpp"

#include <array>

namespace hark {

// As OptionSpec::take.
void take_host(Arguments& into, const std::string& value);
void take_port(Arguments& into, const std::string& value);
void take_control(Arguments& into, const std::string& value);
void take_json(Arguments& into, const std::string& value);
void take_timeout(Arguments& into, const std::string& value);
void take_window(Arguments& into, const std::string& value);
void take_verbose(Arguments& into, const std::string& value);
void take_quiet(Arguments& into, const std::string& value);
void take_reconnect(Arguments& into, const std::string& value);

inline constexpr std::array COMMON_OPTIONS{
    OptionSpec{"--host", "HOST",
               N_("Where the daemon is: a name or an address; default: localhost"), Choice::host,
               take_host},
    OptionSpec{"--port", "PORT", N_("Its port; default: 8765"), Choice::nothing, take_port},
    OptionSpec{
        "--control", "PATH",
        N_("The daemon's control socket; default: /run/harkd/control, else that of the user"),
        Choice::file, take_control},
    OptionSpec{"--json", nullptr, N_("Print JSON objects, each on a line of its own"),
               Choice::nothing, take_json},
};

inline constexpr std::array TALK_OPTIONS{
    OptionSpec{"--reconnect", nullptr,
               N_("Connect again when the connection is lost, and send again what was not "
                  "acknowledged"),
               Choice::nothing, take_reconnect},
};

inline constexpr std::array SEND_OPTIONS{
    OptionSpec{"--timeout", "SECONDS",
               N_("Give up when nothing is acknowledged for so long; 0: never; default: 30"),
               Choice::nothing, take_timeout},
    OptionSpec{"--window", "COUNT",
               N_("Messages that may be unacknowledged at a time; 1: one by one; default: 65536"),
               Choice::nothing, take_window},
    OptionSpec{"--verbose", nullptr, N_("Print every reply"), Choice::nothing, take_verbose},
    OptionSpec{"--quiet", nullptr, N_("Print no reply, and no progress"), Choice::nothing,
               take_quiet},
};

}  // namespace hark
