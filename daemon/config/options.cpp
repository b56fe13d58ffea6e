#include "daemon/config/options.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "daemon/config/exit_status.hpp"

#include <iostream>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace hark {

namespace {

std::unique_ptr<CLI::App> make_app(Options& options) {
    auto app = std::make_unique<CLI::App>(
        _("harkd listens for text messages over TCP, answers each one, and records it.\n"
          "A message answered 250 is in the log."),
        "harkd");
    app->get_formatter()->column_width(28);
    app->get_formatter()->label("Usage", _("Usage"));
    app->option_defaults()->group(_("Options"));
    app->set_help_flag("-h,--help", _("Show this help"));
    app->set_version_flag("--version", "harkd " HARK_VERSION, _("Show the version"));
    app->add_option("--config", options.config,
                    _("Configuration file; default: /etc/harkd/harkd.toml, if it exists"))
        ->type_name("FILE");
    app->add_option("--listen", options.listen,
                    _("Address to listen on; may be given more than once; default: [::]:8765"))
        ->type_name("ADDR:PORT")
        ->take_all()
        ->allow_extra_args(false);
    app->add_option("--control", options.control,
                    _("Control socket; empty: none; default: /run/harkd/control, or "
                      "$XDG_RUNTIME_DIR/harkd/control"))
        ->type_name("PATH");
    app->add_option("--log", options.log,
                    _("Where records go: console, journal, or file:PATH for JSON Lines; may be "
                      "given more than once; default: the journal under systemd, else console"))
        ->type_name("SINK")
        ->take_all()
        ->allow_extra_args(false);
    app->add_option("--framing", options.framing,
                    _("Where a message ends: auto, line or chunk; default: auto"))
        ->type_name("MODE");
    app->add_option("--charset", options.charset,
                    _("What peers send: auto, utf-8 or gb18030; default: auto"))
        ->type_name("MODE");
    app->add_flag("--check-config", options.check_config,
                  _("Say whether the configuration is good"));
    return app;
}

// What is wrong with the number of an option's values. The error tells the option by the first word
// of its text only.
std::string mismatch(const CLI::App& app, const CLI::ArgumentMismatch& problem) {
    const std::string_view text = problem.what();
    const std::string name{text.substr(0, text.find(':'))};
    const CLI::Option* const option = app.get_option_no_throw(name);
    if (option == nullptr) return problem.what();
    const bool repeated =
        option->get_multi_option_policy() != CLI::MultiOptionPolicy::TakeAll && option->count() > 1;
    return fmt::format(
        fmt::runtime(repeated ? _("{}: given more than once") : _("{}: a value is missing")), name);
}

ParsedOptions refuse(std::string_view problem) {
    std::cerr << LocaleCharset{}.encode(
        fmt::format("harkd: {}\n{}\n", problem, _("Try: harkd --help")));
    return {{}, EXIT_USAGE};
}

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
    Options options;
    const std::unique_ptr<CLI::App> app = make_app(options);
    try {
        app->parse(argc, argv);
    } catch (const CLI::Success& answer) {  // --help, --version
        std::ostringstream text;
        const int status = app->exit(answer, text);
        std::cout << LocaleCharset{}.encode(text.str());
        return {options, status};
    } catch (const CLI::ExtrasError&) {
        const std::vector<std::string> words = app->remaining();
        return refuse(
            fmt::format(fmt::runtime(_("{}: not expected")), argument_text(words.front())));
    } catch (const CLI::ArgumentMismatch& problem) {
        return refuse(mismatch(*app, problem));
    } catch (const CLI::ConversionError&) {
        return refuse(_("an option that takes no value is given one"));
    } catch (const CLI::ParseError& problem) {
        return refuse(problem.what());
    }
    return {options, std::nullopt};
}

}  // namespace hark
