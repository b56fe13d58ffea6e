// Parses harkd's command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hark {

// As given, not validated yet; options not given are absent.
struct Options {
    std::optional<std::string> config;
    std::vector<std::string> listen;  // ADDR:PORT
    std::vector<std::string> log;     // "console", "file:PATH"
    std::optional<std::string> control;
    std::optional<std::string> framing;
    std::optional<std::string> charset;
    std::optional<std::string> user;
    bool check_config = false;
    // For a restart: the descriptor of the state to check or to take over.
    std::optional<int> check_state{};
    std::optional<int> take_over{};
};

// Internal: each takes the number of a descriptor.
inline constexpr const char* CHECK_STATE = "--check-state";
inline constexpr const char* TAKE_OVER = "--take-over";

// Either the options, or the status to exit with at once: --help and --version have been printed on
// standard output, or a mistake has been reported on standard error.
struct ParsedOptions {
    Options options;
    std::optional<int> exit_status;
};
[[nodiscard]] ParsedOptions parse_options(int argc, char** argv);

}  // namespace hark
