// Messages at start-up are in the locale's language; later ones, in records and replies, are in
// English.
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/locale/translated.hpp"
#include "common/sys/standard_fds.hpp"
#include "common/text/printable.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/exit_status.hpp"
#include "daemon/config/mistakes.hpp"
#include "daemon/config/options.hpp"
#include "daemon/confine/core_dumps.hpp"
#include "daemon/confine/privileges.hpp"
#include "daemon/listen/activated_sockets.hpp"
#include "daemon/server/server.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <signal.h>

namespace {

// Ignores write errors: the exit status remains.
void say(std::FILE* to, const std::string& line) {
    std::fputs((hark::LocaleCharset{}.encode(line) + '\n').c_str(), to);
}

void print_error(std::string_view problem) {
    say(stderr, fmt::format("harkd: {}", hark::printable(problem)));
}

// The user that the configuration names. Throws ConfigError if there is none.
std::optional<hark::Account> configured_account(const hark::Config& config) {
    if (config.user.empty()) return std::nullopt;
    std::optional<hark::Account> account = hark::find_account(config.user);
    if (!account) {
        throw hark::ConfigError{fmt::format(
            "{}: {}", config.user_origin.text(),
            hark::formatted(_("unknown user '{}': expected a user of this machine"), config.user))};
    }
    return account;
}

int start(const hark::Options& options) {
    const hark::Config config = hark::load_config(options);
    const std::optional<hark::Account> account = configured_account(config);
    if (options.check_config) {
        hark::Config checked = config;
        hark::Server::open_tls(checked);
        const bool names_sockets = std::ranges::any_of(
            config.listeners, [](const auto& listener) { return !listener.socket.empty(); });
        say(stdout,
            hark::formatted(names_sockets ? _("{}: the configuration is good; whether the "
                                              "sockets it names are passed is not checked")
                                          : _("{}: the configuration is good"),
                            config.source.empty() ? _("no file, defaults") : config.source));
        return hark::EXIT_STOPPED;
    }
    if (!config.core_dumps) hark::forbid_core_dumps();
    std::vector<hark::ActivatedSocket> sockets = hark::take_activated_sockets();
    // Failed writes return an error, which the caller handles.
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    const hark::SystemClock clock;
    hark::EventLoop loop{clock};
    hark::Server server{loop, options, config, account, std::move(sockets)};
    hark::speak_english();
    return server.run();
}

}  // namespace

int main(int argc, char** argv) {
    hark::reserve_standard_fds();
    try {
        hark::set_up_locale();
        const hark::ParsedOptions parsed = hark::parse_options(argc, argv);
        return parsed.exit_status ? *parsed.exit_status : start(parsed.options);
    } catch (const hark::ConfigError& problem) {
        for (const std::string& mistake : problem.mistakes()) print_error(mistake);
        return hark::EXIT_USAGE;
    } catch (const std::exception& problem) {
        print_error(hark::in_user_language(problem));
        return hark::EXIT_FAILED;
    }
}
