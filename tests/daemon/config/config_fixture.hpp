// A configuration file of its own for each test.
#pragma once

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

    TemporaryFolder folder;
    Options options{.config = folder / "harkd.toml",
                    .listen = {},
                    .log = {},
                    .control = {},
                    .framing = {},
                    .charset = {}};
};

}  // namespace hark::test
