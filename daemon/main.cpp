#include "common/sys/standard_fds.hpp"
#include "daemon/config.hpp"
#include "daemon/config_error.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/options.hpp"
#include "daemon/server.hpp"

#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <signal.h>

namespace {

int start(const hark::Options& options) {
    const hark::Config config = hark::load_config(options);
    if (options.check_config) {
        fmt::print("{}: the configuration is good\n", config.source);
        return hark::EXIT_STOPPED;
    }
    // A write that cannot be made returns an error, which is dealt with where it is made.
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    const hark::SystemClock clock;
    hark::EventLoop loop{clock};
    hark::Server server{loop, options, config};
    return server.run();
}

}  // namespace

int main(int argc, char** argv) {
    hark::reserve_standard_fds();
    try {
        const hark::ParsedOptions parsed = hark::parse_options(argc, argv);
        return parsed.exit_status ? *parsed.exit_status : start(parsed.options);
    } catch (const hark::ConfigError& problem) {
        fmt::print(stderr, "harkd: {}\n", problem.what());
        return hark::EXIT_USAGE;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "harkd: {}\n", problem.what());
        return hark::EXIT_FAILED;
    }
}
