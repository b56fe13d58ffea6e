#include "daemon/options.hpp"

#include "daemon/exit_status.hpp"

#include <iostream>

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace hark {

ParsedOptions parse_options(int argc, char** argv) {
    Options options;
    CLI::App app{
        "harkd listens for text messages over TCP, answers each one, and records it.\n"
        "A message answered 250 is in the log.",
        "harkd"};
    app.set_version_flag("--version", "harkd " HARK_VERSION);
    app.get_formatter()->column_width(28);
    app.add_option("--config", options.config,
                   "Configuration file; default: /etc/harkd/harkd.toml, if it exists")
        ->type_name("FILE");
    app.add_option("--listen", options.listen,
                   "Address to listen on; may be given more than once; default: [::]:8765")
        ->type_name("ADDR:PORT")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--log", options.log,
                   "Where records go: console, or file:PATH for JSON Lines; may be given more than "
                   "once; default: console")
        ->type_name("SINK")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--framing", options.framing,
                   "Where a message ends: auto, line or chunk; default: auto")
        ->type_name("MODE");
    app.add_option("--charset", options.charset,
                   "What peers send: auto, utf-8 or gb18030; default: auto")
        ->type_name("MODE");
    app.add_flag("--check-config", options.check_config, "Say whether the configuration is good");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return {options, app.exit(problem)};
        std::cerr << fmt::format("harkd: {}\nTry: harkd --help\n", problem.what());
        return {options, EXIT_USAGE};
    }
    return {options, std::nullopt};
}

}  // namespace hark
