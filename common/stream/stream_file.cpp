#include "common/stream/stream_file.hpp"

#include "common/locale/i18n.hpp"
#include "common/settings/setting_value.hpp"
#include "common/settings/toml_file.hpp"
#include "common/stream/stream_secrets.hpp"
#include "common/stream/stream_settings.hpp"

#include <stdexcept>
#include <string_view>
#include <variant>

namespace hark {

namespace {

// The name of the stream in `log`; empty: there is none.
std::string stream_name(const TomlTable& file, Mistakes& mistakes) {
    const TomlValue* const log = find(file, "log");
    if (log == nullptr) return {};
    for (const SettingValue& sink : SettingValue{"log", *log, mistakes}.texts()) {
        const std::string_view text = *sink.text();
        if (!text.starts_with(STREAM_SINK)) continue;
        const std::string_view name = text.substr(STREAM_SINK.size());
        if (is_stream_name(name)) return std::string{name};
    }
    return {};
}

}  // namespace

StreamConfig read_stream_config(const std::string& path, const std::string& name) {
    Mistakes mistakes;
    const TomlTable file = parse_toml(read_file(path, name), name, mistakes);
    StreamSettings settings;
    settings.stream.stream = stream_name(file, mistakes);
    const TomlValue* const table = find(file, "nats");
    if (table != nullptr) {
        if (const TomlTable* const values = SettingValue{"nats", *table, mistakes}.table()) {
            read_stream_settings(settings, *values, table->origin, mistakes);
        }
    }
    mistakes.throw_if_any();
    if (settings.stream.stream.empty() || table == nullptr) {
        throw std::runtime_error{
            formatted(_("{} does not log to a stream: expected log = [\"nats:STREAM\"] and a table "
                        "[nats]"),
                      name)};
    }
    StreamConfig stream = settings.stream;
    open_stream_files(settings, stream);
    return stream;
}

}  // namespace hark
