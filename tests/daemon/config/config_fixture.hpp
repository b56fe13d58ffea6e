// A configuration file of its own for each test.
#pragma once

#include "common/settings/mistakes.hpp"
#include "daemon/config/config.hpp"
#include "tests/support/temporary_folder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hark::test {

using Texts = std::vector<std::string>;

struct ConfigFixture {
    // Writes the file, and reads it as the daemon does; throws ConfigError.
    [[nodiscard]] Config load(std::string_view toml) const {
        write_file(options.config.value(), toml);
        return load_config(options);
    }
    // All messages, without the file's name before them: "1:8: ...".
    [[nodiscard]] Texts mistakes(std::string_view toml) const {
        const std::string file = options.config.value() + ":";
        Texts texts;
        try {
            static_cast<void>(load(toml));
        } catch (const ConfigError& error) {
            for (const std::string& text : error.mistakes()) {
                texts.push_back(text.starts_with(file) ? text.substr(file.size()) : text);
            }
        }
        return texts;
    }

    TemporaryFolder folder;
    Options options{.config = folder / "harkd.toml",
                    .listen = {},
                    .log = {},
                    .control = {},
                    .framing = {},
                    .charset = {},
                    .user = {}};
};

}  // namespace hark::test
