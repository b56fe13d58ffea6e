// Messages at start-up are in the locale's language; later ones, in records and replies, are in
// English.
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/locale/translated.hpp"
#include "common/settings/mistakes.hpp"
#include "common/sys/standard_fds.hpp"
#include "common/text/printable.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/exit_status.hpp"
#include "daemon/config/options.hpp"
#include "daemon/confine/core_dumps.hpp"
#include "daemon/confine/privileges.hpp"
#include "daemon/listen/activated_sockets.hpp"
#include "daemon/restart/program.hpp"
#include "daemon/restart/trial.hpp"
#include "daemon/server/inheritance.hpp"
#include "daemon/server/open_files.hpp"
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

// Ignores write errors: they do not change the exit status.
void say(std::FILE* to, const std::string& line) {
    std::fputs((hark::LocaleCharset{}.encode(line) + '\n').c_str(), to);
}

void print_error(std::string_view problem) {
    say(stderr, fmt::format("harkd: {}", hark::printable(problem)));
}

// Failed writes return an error, which the caller handles.
void ignore_write_signals() {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
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

// The predecessor asks whether this program can take over its state.
int check_state(const hark::Options& options) {
    hark::speak_english();
    const hark::Inheritance inheritance{hark::UniqueFd{*options.check_state}};
    inheritance.check(options);
    say(stdout, hark::trial_answer(HARK_VERSION, inheritance.digest()));
    return hark::EXIT_STOPPED;
}

int take_over(const hark::Options& options, hark::Program program) {
    hark::speak_english();
    const hark::SystemClock clock;
    hark::EventLoop loop{clock};
    std::optional<hark::Inheritance> inheritance{hark::UniqueFd{*options.take_over}};
    const hark::Config config = inheritance->config(options);
    if (!config.core_dumps) hark::forbid_core_dumps();
    ignore_write_signals();
    hark::Server server{loop, std::move(program), options, config, *inheritance};
    inheritance.reset();
    return server.run();
}

int start(const hark::Options& options, hark::Program program) {
    const hark::Config config = hark::load_config(options);
    const std::optional<hark::Account> account = configured_account(config);
    if (options.check_config) {
        hark::Config checked = config;
        hark::open_files(checked);
        const bool names_sockets = std::ranges::any_of(
            config.listeners, [](const auto& listener) { return !listener.socket.empty(); });
        say(stdout,
            hark::formatted(names_sockets ? _("{}: the configuration is valid; the sockets "
                                              "that it names are not checked")
                                          : _("{}: the configuration is valid"),
                            config.source.empty() ? _("no file, defaults") : config.source));
        return hark::EXIT_STOPPED;
    }
    if (!config.core_dumps) hark::forbid_core_dumps();
    std::vector<hark::ActivatedSocket> sockets = hark::take_activated_sockets();
    ignore_write_signals();
    const hark::SystemClock clock;
    hark::EventLoop loop{clock};
    hark::Server server{loop, std::move(program), options, config, account, std::move(sockets)};
    hark::speak_english();
    return server.run();
}

}  // namespace

int main(int argc, char** argv) {
    hark::reserve_standard_fds();
    try {
        hark::set_up_locale();
        const hark::ParsedOptions parsed = hark::parse_options(argc, argv);
        if (parsed.exit_status) return *parsed.exit_status;
        const hark::Options& options = parsed.options;
        if (options.check_state) return check_state(options);
        hark::Program program = hark::program_of(argc, argv);
        if (!options.take_over) return start(options, std::move(program));
        // Without the internal option in front, the command line is the program's own.
        program.arguments.erase(program.arguments.begin(), program.arguments.begin() + 2);
        return take_over(options, std::move(program));
    } catch (const hark::ConfigError& problem) {
        for (const std::string& mistake : problem.mistakes()) print_error(mistake);
        return hark::EXIT_USAGE;
    } catch (const std::exception& problem) {
        print_error(hark::in_user_language(problem));
        return hark::EXIT_FAILED;
    }
}
