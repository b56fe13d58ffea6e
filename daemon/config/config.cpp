#include "daemon/config/config.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/settings/mistakes.hpp"
#include "common/settings/toml_file.hpp"
#include "daemon/config/combinations.hpp"
#include "daemon/config/config_lists.hpp"
#include "daemon/config/parsing.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/log/journal_stream.hpp"

#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace hark {

namespace {

// The file that `options` name, or the default one.
std::optional<std::string> config_path(const Options& options) {
    if (options.config) return options.config;
    if (access(DEFAULT_CONFIG_FILE, F_OK) == 0) return DEFAULT_CONFIG_FILE;
    return std::nullopt;
}

void set_framing(ListenerConfig& listener, Framing framing) {
    listener.profile.framing.framing = framing;
    listener.framing_origin = {"--framing"};
}

// Options about listeners apply to all of them.
void apply_options(const Options& options, Config& config, Mistakes& mistakes) {
    std::optional<Framing> framing;
    if (options.framing) {
        framing = parse_framing(argument_text(*options.framing), {"--framing"}, mistakes);
        if (framing) set_framing(config.defaults, *framing);
    }
    std::optional<CharsetConfig> charset;
    if (options.charset) {
        charset = parse_charset(argument_text(*options.charset), {"--charset"}, mistakes);
        config.defaults.charset = charset.value_or(config.defaults.charset);
    }
    if (!options.listen.empty()) {
        config.listeners.clear();
        for (const std::string& text : options.listen) {
            add_address(config, argument_text(text), {"--listen"}, mistakes);
        }
    }
    for (ListenerConfig& listener : config.listeners) {
        if (framing) set_framing(listener, *framing);
        listener.charset = charset.value_or(listener.charset);
    }
    check_combinations(config, mistakes);
    if (options.control) config.control = *options.control;
    if (options.user) {
        config.user_origin = {"--user"};
        config.user = argument_text(*options.user);
    }
    if (!options.log.empty()) {
        config.sinks.clear();
        for (const std::string& text : options.log) add_sink(config, text, {"--log"}, mistakes);
    }
}

SinkConfig default_sink() {
    return {.kind = output_is_journal() ? SinkConfig::Kind::journal : SinkConfig::Kind::console};
}

}  // namespace

std::optional<ConfigText> read_config_text(const Options& options) {
    if (options.config && options.config->empty()) {
        Mistakes mistakes;
        mistakes.add({"--config"}, _("expected the name of a file, got an empty string"));
        mistakes.throw_if_any();
    }
    const std::optional<std::string> path = config_path(options);
    if (!path) return std::nullopt;
    const std::string name = argument_text(*path);
    return ConfigText{.name = name, .text = read_file(*path, name)};
}

Config load_config(const Options& options) {
    return load_config(options, read_config_text(options));
}

Config load_config(const Options& options, const std::optional<ConfigText>& file) {
    Config config;
    Mistakes mistakes;
    if (file) {
        config.source = file->name;
        read_settings(parse_toml(file->text, file->name, mistakes), config, mistakes);
    }
    apply_options(options, config, mistakes);
    apply_stream(config, mistakes);
    mistakes.throw_if_any();
    if (config.sinks.empty()) config.sinks.push_back(default_sink());
    for (SinkConfig& sink : config.sinks) sink.sync = config.sync;
    return config;
}

std::string default_greeting() {
    utsname machine{};
    uname(&machine);
    return fmt::format("{} harkd {} ready, say \"bye\" to leave", machine.nodename, HARK_VERSION);
}

}  // namespace hark
