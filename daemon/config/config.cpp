#include "daemon/config/config.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/sys/error.hpp"
#include "daemon/config/table_reader.hpp"
#include "daemon/log/console_sink.hpp"
#include "daemon/log/journal_sink.hpp"
#include "daemon/log/journal_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace hark {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view CONSOLE = ConsoleSink::SPEC;
constexpr std::string_view JOURNAL = JournalSink::SPEC;
constexpr std::size_t MAX_GREETING = 500;
constexpr double MAX_SECONDS = 30.0 * 86'400;

// ---- values as text, from the file or the command line

SocketAddress parse_address(std::string_view text, const Origin& origin) {
    const auto address = SocketAddress::parse(text);
    if (!address) {
        origin.reject(fmt::format(fmt::runtime(_("'{}' is no address")), text),
                      _("ADDR:PORT with a numeric address, such as 127.0.0.1:8765 or [::]:8765"));
    }
    return *address;
}

std::string parse_socket(std::string_view text, const Origin& origin) {
    if (text.empty()) origin.reject(_("the name is empty"), _("the name of a passed socket"));
    return std::string{text};
}

LogConfig parse_log(std::string_view text, const Origin& origin) {
    constexpr std::string_view FILE = "file:";
    if (text == CONSOLE || text == JOURNAL) return {.spec = std::string{text}, .path = {}};
    if (text.starts_with(FILE) && text.size() > FILE.size()) {
        return {.spec = std::string{text}, .path = std::string{text.substr(FILE.size())}};
    }
    origin.reject(fmt::format(fmt::runtime(_("'{}' is no place for the log")), text),
                  _("console, journal or file:PATH"));
}

LogConfig default_log() {
    return {.spec = std::string{output_is_journal() ? JOURNAL : CONSOLE}, .path = {}};
}

template <typename Mode>
Mode parse_mode(std::string_view text, std::initializer_list<Mode> modes, const Origin& origin) {
    std::string names;
    for (const Mode mode : modes) {
        if (name(mode) == text) return mode;
        names += names.empty() ? "" : mode == *(modes.end() - 1) ? _(" or ") : ", ";
        names += name(mode);
    }
    origin.reject(fmt::format(fmt::runtime(_("there is no mode '{}'")), text), names);
}

Framing parse_framing(std::string_view text, const Origin& origin) {
    return parse_mode(text, {Framing::automatic, Framing::line, Framing::chunk}, origin);
}

CharsetMode parse_charset(std::string_view text, const Origin& origin) {
    return parse_mode(text, {CharsetMode::automatic, CharsetMode::utf8, CharsetMode::gb18030},
                      origin);
}

std::string parse_greeting(std::string_view text, const Origin& origin) {
    for (const char byte : text) {
        if (byte < ' ' || byte > '~') {
            origin.reject(_("a greeting goes to clients of every charset"),
                          _("one line of ASCII text"));
        }
    }
    if (text.size() > MAX_GREETING) {
        origin.reject(fmt::format(fmt::runtime(_("the greeting has {} characters")), text.size()),
                      fmt::format(fmt::runtime(_("at most {}")), MAX_GREETING));
    }
    return std::string{text};
}

// Whether everybody may look.
bool parse_readers(std::string_view text, const Origin& origin) {
    if (text == "group" || text == "everyone") return text == "everyone";
    origin.reject(fmt::format(fmt::runtime(_("there are no readers '{}'")), text),
                  _("group or everyone"));
}

// ---- what may stand there once

void add_listener(Config& config, const ListenerConfig& listener, const Origin& origin) {
    const bool named = !listener.socket.empty();
    const bool twin = std::ranges::any_of(config.listeners, [&](const ListenerConfig& other) {
        if (named || !other.socket.empty()) return other.socket == listener.socket;
        return other.address == listener.address && listener.address.port() != 0;
    });
    if (twin) {
        origin.reject(fmt::format(fmt::runtime(_("{} is given twice")),
                                  named ? listener.socket : listener.address.text()),
                      _("each once"));
    }
    config.listeners.push_back(listener);
}

void add_log(Config& config, const LogConfig& log, const Origin& origin) {
    if (std::ranges::find(config.logs, log.spec, &LogConfig::spec) != config.logs.end()) {
        origin.reject(fmt::format(fmt::runtime(_("{} is given twice")), log.spec), _("each once"));
    }
    config.logs.push_back(log);
}

// ---- the file

// The keys that stand at the top for all listeners, and in a [[listener]] for that one.
void read_listener_keys(TableReader& reader, Framing& framing, CharsetMode& charset,
                        std::optional<std::string>& greeting) {
    reader.text("framing", [&](std::string_view text, const Origin& origin) {
        framing = parse_framing(text, origin);
    });
    reader.text("charset", [&](std::string_view text, const Origin& origin) {
        charset = parse_charset(text, origin);
    });
    reader.text("greeting", [&](std::string_view text, const Origin& origin) {
        greeting = parse_greeting(text, origin);
    });
}

ListenerConfig read_listener(const toml::table& table, const std::string& file,
                             const ListenerConfig& defaults) {
    TableReader reader{table, file};
    ListenerConfig listener = defaults;
    bool addressed = false;
    reader.text("address", [&](std::string_view text, const Origin& origin) {
        listener.address = parse_address(text, origin);
        listener.origin = origin;
        addressed = true;
    });
    reader.text("socket", [&](std::string_view text, const Origin& origin) {
        if (addressed) {
            origin.reject(_("a [[listener]] has an address and a socket"), _("one of them"));
        }
        listener.socket = parse_socket(text, origin);
        listener.origin = origin;
    });
    read_listener_keys(reader, listener.framing, listener.charset, listener.greeting);
    reader.reject_unknown();
    if (!addressed && listener.socket.empty()) {
        reader.origin(table).reject(_("a [[listener]] has no address"),
                                    _("address = ... or socket = ..."));
    }
    return listener;
}

milliseconds to_milliseconds(double seconds) {
    return std::chrono::ceil<milliseconds>(std::chrono::duration<double>{seconds});
}

void read_table(const toml::table& table, const std::string& file, Config& config) {
    TableReader reader{table, file};
    ListenerConfig& defaults = config.defaults;
    read_listener_keys(reader, defaults.framing, defaults.charset, defaults.greeting);
    reader.texts("listen", [&](std::string_view text, const Origin& origin) {
        ListenerConfig listener = defaults;
        listener.address = parse_address(text, origin);
        listener.origin = origin;
        add_listener(config, listener, origin);
    });
    reader.tables("listener", [&](const toml::table& listener) {
        add_listener(config, read_listener(listener, file, defaults), reader.origin(listener));
    });
    reader.texts("log", [&](std::string_view text, const Origin& origin) {
        add_log(config, parse_log(text, origin), origin);
    });
    reader.flag("sync", config.sync);
    reader.number("quiet_ms", 1, 60'000, _("milliseconds, from 1 to 60000"),
                  [&](double value) { config.limits.quiet = to_milliseconds(value / 1000); });
    reader.number("partial_timeout", 0.001, MAX_SECONDS, _("seconds, from 0.001 to 2592000"),
                  [&](double value) { config.limits.partial = to_milliseconds(value); });
    reader.number("idle_timeout", 0, MAX_SECONDS, _("seconds, up to 2592000, or 0 for no limit"),
                  [&](double value) { config.limits.idle = to_milliseconds(value); });
    reader.count("max_connections", _("a whole number, or 0 for as many as possible"),
                 config.max_connections);
    reader.flag("detect_probes", config.limits.detect_probes);
    reader.text("control",
                [&](std::string_view text, const Origin&) { config.control = std::string{text}; });
    reader.text("control_readers", [&](std::string_view text, const Origin& origin) {
        config.control_for_everyone = parse_readers(text, origin);
    });
    reader.reject_unknown();
}

// `name`: how it is called in what is said.
std::string read_file(const std::string& path, const std::string& name) {
    // A directory can be opened, and reads as nothing.
    if (std::filesystem::is_directory(path)) {
        throw SystemError{EISDIR, fmt::format(fmt::runtime(_("cannot read {}")), name)};
    }
    errno = 0;
    std::ifstream stream{path, std::ios::binary};
    std::ostringstream text;
    if (!stream ||
        !(text << stream.rdbuf() || stream.peek() == std::ifstream::traits_type::eof())) {
        throw SystemError{errno != 0 ? errno : EIO,
                          fmt::format(fmt::runtime(_("cannot read {}")), name)};
    }
    return text.str();
}

void read_config_file(const std::string& path, Config& config) {
    const std::string name = argument_text(path);
    config.source = name;
    const std::string text = read_file(path, name);
    try {
        read_table(toml::parse(text, name), name, config);
    } catch (const toml::parse_error& problem) {
        const auto& where = problem.source().begin;
        throw ConfigError{
            fmt::format("{}:{}:{}: {}", name, where.line, where.column, problem.description())};
    }
}

// The command line's word about all listeners.
void apply_options(const Options& options, Config& config) {
    if (options.framing) {
        config.defaults.framing = parse_framing(argument_text(*options.framing), {"--framing"});
    }
    if (options.charset) {
        config.defaults.charset = parse_charset(argument_text(*options.charset), {"--charset"});
    }
    if (!options.listen.empty()) {
        config.listeners.clear();
        for (const std::string& text : options.listen) {
            ListenerConfig listener = config.defaults;
            listener.origin = {"--listen"};
            listener.address = parse_address(argument_text(text), listener.origin);
            add_listener(config, listener, listener.origin);
        }
    }
    if (options.control) config.control = *options.control;
    for (ListenerConfig& listener : config.listeners) {
        if (options.framing) listener.framing = config.defaults.framing;
        if (options.charset) listener.charset = config.defaults.charset;
    }
    if (!options.log.empty()) {
        config.logs.clear();
        for (const std::string& text : options.log) {
            add_log(config, parse_log(text, {"--log"}), {"--log"});
        }
    }
}

}  // namespace

Config load_config(const Options& options) {
    Config config;
    if (options.config) {
        read_config_file(*options.config, config);
    } else if (access(DEFAULT_CONFIG_FILE, F_OK) == 0) {
        read_config_file(DEFAULT_CONFIG_FILE, config);
    }
    if (config.logs.empty()) config.logs.push_back(default_log());
    apply_options(options, config);
    return config;
}

std::string default_greeting() {
    utsname machine{};
    uname(&machine);
    return fmt::format("{} harkd {} ready, say \"bye\" to leave", machine.nodename, HARK_VERSION);
}

}  // namespace hark
