// The table of hark's commands and options. Parsing, help, completions and suggestions all read it,
// and nothing else knows what there is.
#pragma once

#include "common/net/endpoint.hpp"
#include "tools/admin/clients.hpp"
#include "tools/admin/say.hpp"
#include "tools/admin/status.hpp"
#include "tools/bench/bench.hpp"
#include "tools/log/log.hpp"
#include "tools/log/tail.hpp"
#include "tools/send/send.hpp"
#include "tools/talk/talk.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace hark {

// What a command line says.
struct Arguments {
    Endpoint server;
    std::string control;  // the path of the control socket; empty: the usual places
    bool json = false;
    SendOptions send;
    TalkOptions talk;
    BenchOptions bench;
    LogOptions log;
    StatusOptions status;
    ClientsOptions clients;
    TailOptions tail;
    SayOptions say;
    std::vector<std::string> words;  // behind the command and its options
};

// A value that cannot be meant; what() is for a person.
class UsageError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

// What a shell can offer for a value or a word.
enum class Choice : std::uint8_t { nothing, host, file, command, shell, level };

// Texts are English here, and translated where they are shown.
struct OptionSpec {
    const char* name;   // "--host"
    const char* value;  // "HOST"; null: a flag
    const char* help;
    Choice choice;
    // Takes the value, empty of a flag. Throws UsageError.
    void (*take)(Arguments& into, const std::string& value);
    char letter = '\0';  // 'n': it is "-n", too; of none: NUL
};

struct Command {
    const char* name;
    const char* arguments;  // "[TEXT...]"; null: it takes none
    Choice choice;          // of an argument
    std::size_t most_words;
    const char* summary;  // one line
    const char* details;  // a paragraph or more, wrapped
    const char* example;  // lines for a shell
    std::span<const OptionSpec> options;
    // Returns the exit status.
    int (*run)(const Arguments& arguments);
};

[[nodiscard]] std::span<const Command> commands() noexcept;
// The one that is meant where none is named.
[[nodiscard]] const Command& default_command() noexcept;
// Null when there is none of that name.
[[nodiscard]] const Command* find_command(const std::string& name) noexcept;
// Of all commands.
[[nodiscard]] std::span<const OptionSpec> common_options() noexcept;

// The names of shells that completions() knows.
[[nodiscard]] std::span<const char* const> shells() noexcept;

}  // namespace hark
