#include "tools/cli/completions.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/text/nearest.hpp"
#include "tools/cli/report.hpp"

#include <array>
#include <vector>

#include <fmt/core.h>

namespace hark {

namespace {

constexpr std::array SHELLS{"bash", "zsh", "fish"};

constexpr OptionSpec HELP{"--help", nullptr, N_("Show this help"), Choice::nothing, {}};
constexpr OptionSpec VERSION{"--version", nullptr, N_("Show the version"), Choice::nothing, {}};

std::vector<OptionSpec> options_of(const Command& command) {
    std::vector<OptionSpec> options;
    const auto add = [&options](std::span<const OptionSpec> more) {
        options.insert(options.end(), more.begin(), more.end());
    };
    add(command.action.options);
    if (command.has_tls) add(TLS_OPTIONS);
    add(COMMON_OPTIONS);
    options.push_back(HELP);
    return options;
}

// The options allowed before a command.
std::vector<OptionSpec> leading_options(Commands commands) {
    std::vector<OptionSpec> options = options_of(commands.front());
    options.push_back(VERSION);
    return options;
}

std::string command_names(Commands commands) {
    std::vector<std::string> names;
    for (const Command& command : commands) names.emplace_back(command.name);
    return joined(names, " ");
}

// "-n"
std::string letter_of(const OptionSpec& option) {
    return {'-', option.letter};
}

std::string option_names(const std::vector<OptionSpec>& options) {
    std::vector<std::string> names;
    for (const OptionSpec& option : options) {
        names.emplace_back(option.name);
        if (option.letter != '\0') names.push_back(letter_of(option));
    }
    return joined(names, " ");
}

// The words to offer for an argument.
std::string words_of(const Command& command) {
    if (command.choices == nullptr) return {};
    const std::span<const char* const> words = command.choices();
    return joined({words.begin(), words.end()}, " ");
}

// The options of all commands that take a value; common ones once.
std::vector<OptionSpec> options_with_value(Commands commands) {
    std::vector<OptionSpec> found;
    const auto add = [&found](std::span<const OptionSpec> options) {
        for (const OptionSpec& option : options) {
            if (option.value != nullptr) found.push_back(option);
        }
    };
    add(COMMON_OPTIONS);
    add(TLS_OPTIONS);
    for (const Command& command : commands) add(command.action.options);
    return found;
}

// In single quotes, valid in all three shells.
std::string shell_quoted(std::string_view text) {
    std::string result = "'";
    for (const char byte : text) {
        if (byte == '\'') {
            result += "'\\''";
        } else {
            result += byte;
        }
    }
    return result + "'";
}

std::string bash_completions(Commands commands) {
    std::string hosts;
    std::string files;
    std::string others;
    for (const OptionSpec& option : options_with_value(commands)) {
        std::string& list = option.choice == Choice::host   ? hosts
                            : option.choice == Choice::file ? files
                                                            : others;
        if (!list.empty()) list += "|";
        list += option.name;
        if (option.letter != '\0') list.append("|").append(letter_of(option));
    }
    std::string cases;
    for (const Command& command : commands) {
        cases += fmt::format("        {}) words='{}' options='{}' ;;\n", command.name,
                             words_of(command), option_names(options_of(command)));
    }
    return fmt::format(R"(# bash completion for hark
_hark() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} last=${{COMP_WORDS[COMP_CWORD - 1]}}
    local command='' words='' options='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
            {hosts}|{files}|{others}) ((i++)) ;;
            -*) ;;
            *) command=${{COMP_WORDS[i]}}; break ;;
        esac
    done
    case $last in
        {hosts}) mapfile -t COMPREPLY < <(compgen -A hostname -- "$current"); return ;;
        {files})
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
        {others}) COMPREPLY=(); return ;;
    esac
    case $command in
        '') words='{commands}' options='{options}' ;;
{cases}    esac
    [[ $current != -* ]] || words=$options
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -F _hark hark
)",
                       fmt::arg("hosts", hosts), fmt::arg("files", files),
                       fmt::arg("others", others), fmt::arg("commands", command_names(commands)),
                       fmt::arg("options", option_names(leading_options(commands))),
                       fmt::arg("cases", cases));
}

std::string_view zsh_action(Choice choice) noexcept {
    if (choice == Choice::host) return "_hosts";
    return choice == Choice::file ? "_files" : " ";
}

// '--host[description]:HOST:_hosts'; with a letter '(-n --lines)'{-n+,--lines}'[description]'.
std::string zsh_option(const OptionSpec& option) {
    std::string help;
    for (const char byte : std::string_view{_(option.help)}) {
        if (byte == '[' || byte == ']' || byte == ':' || byte == '\\') help += '\\';
        help += byte;
    }
    std::string spec = fmt::format("[{}]", help);
    if (option.value != nullptr) {
        spec += fmt::format(":{}:{}", option.value, zsh_action(option.choice));
    }
    if (option.letter == '\0') return shell_quoted(option.name + spec);
    return fmt::format("'(-{0} {1})'{{-{0}{2},{1}}}{3}", option.letter, option.name,
                       option.value == nullptr ? "" : "+", shell_quoted(spec));
}

std::string zsh_completions(Commands commands) {
    std::string names;
    std::string cases;
    for (const Command& command : commands) {
        names += fmt::format("        {}\n",
                             shell_quoted(fmt::format("{}:{}", command.name, _(command.summary))));
        cases += fmt::format("                {})\n                    _arguments", command.name);
        for (const OptionSpec& option : options_of(command)) {
            cases += " \\\n                        " + zsh_option(option);
        }
        if (const std::string words = words_of(command); !words.empty()) {
            cases +=
                fmt::format(" \\\n                        '1:{}:({})'", command.arguments, words);
        }
        cases += " ;;\n";
    }
    std::string options;
    for (const OptionSpec& option : leading_options(commands)) {
        options += "        " + zsh_option(option) + " \\\n";
    }
    return fmt::format(R"(#compdef hark
_hark() {{
    local -a commands
    commands=(
{names}    )
    local curcontext=$curcontext state line
    _arguments -C \
{options}        '1: :->command' '*:: :->argument'
    case $state in
        command) _describe -t commands command commands ;;
        argument)
            case $line[1] in
{cases}            esac ;;
    esac
}}
if [[ $funcstack[1] == _hark ]]; then _hark "$@"; else compdef _hark hark; fi
)",
                       fmt::arg("names", names), fmt::arg("options", options),
                       fmt::arg("cases", cases));
}

std::string fish_option(const OptionSpec& option, const std::string& condition) {
    std::string line =
        fmt::format("complete -c hark -n {} -l {} -d {}", shell_quoted(condition),
                    std::string_view{option.name}.substr(2), shell_quoted(_(option.help)));
    if (option.letter != '\0') line += fmt::format(" -s {}", option.letter);
    if (option.value != nullptr) line += option.choice == Choice::file ? " -r -F" : " -x";
    if (option.choice == Choice::host) line += " -a '(__fish_print_hostnames)'";
    return line + "\n";
}

std::string fish_completions(Commands commands) {
    const std::string before = "not __fish_seen_subcommand_from " + command_names(commands);
    std::string text = "# fish completion for hark\ncomplete -c hark -f\n";
    for (const OptionSpec& option : leading_options(commands)) text += fish_option(option, before);
    for (const Command& command : commands) {
        text += fmt::format("complete -c hark -n {} -a {} -d {}\n", shell_quoted(before),
                            command.name, shell_quoted(_(command.summary)));
        const std::string within = fmt::format("__fish_seen_subcommand_from {}", command.name);
        for (const OptionSpec& option : options_of(command)) text += fish_option(option, within);
        if (const std::string words = words_of(command); !words.empty()) {
            text += fmt::format("complete -c hark -n {} -a {}\n", shell_quoted(within),
                                shell_quoted(words));
        }
    }
    return text;
}

}  // namespace

std::span<const char* const> shells() noexcept {
    return SHELLS;
}

std::string completions(Commands commands, std::string_view shell) {
    if (shell == "bash") return bash_completions(commands);
    if (shell == "zsh") return zsh_completions(commands);
    if (shell == "fish") return fish_completions(commands);
    return {};
}

int print_completions(Commands commands, const std::string& shell) {
    const std::string script = completions(commands, shell);
    if (script.empty()) {
        throw UsageError{
            formatted(_("expected a shell: {}"), joined({SHELLS.begin(), SHELLS.end()}, ", "))};
    }
    return print_all(script);
}

}  // namespace hark
