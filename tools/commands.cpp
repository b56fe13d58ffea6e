#include "tools/commands.hpp"

#include "common/locale/i18n.hpp"
#include "tools/completions.hpp"
#include "tools/exit_status.hpp"
#include "tools/help.hpp"
#include "tools/log_options.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace hark {

namespace {

// --- Values -------------------------------------------------------------------------------------

template <typename Number>
Number to_number(const std::string& value, Number least, Number most, const char* complaint) {
    Number number{};
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || rest != end || !(number >= least && number <= most)) {
        throw UsageError{fmt::format(fmt::runtime(complaint), value)};
    }
    return number;
}

void take_host(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--host: expected a name or an address")};
    into.server.host = value;
}

void take_port(Arguments& into, const std::string& value) {
    into.server.port =
        to_number<std::uint16_t>(value, 1, std::numeric_limits<std::uint16_t>::max(),
                                 _("--port: \"{}\" is no port, expected a number from 1 to 65535"));
}

void take_json(Arguments& into, const std::string&) {
    into.json = true;
}

void take_timeout(Arguments& into, const std::string& value) {
    constexpr double LONGEST_S = 1e6;
    const double seconds = to_number<double>(
        value, 0, LONGEST_S, _("--timeout: \"{}\" is no time, expected seconds, 0 for no limit"));
    into.send.timeout =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>{seconds});
}

void take_window(Arguments& into, const std::string& value) {
    into.send.window = to_number<std::uint64_t>(
        value, 1, SendOptions::MAX_WINDOW,
        _("--window: \"{}\" is no window, expected a number from 1 to 65536"));
}

void take_verbose(Arguments& into, const std::string&) {
    into.send.replies = SendOptions::Replies::all;
}

void take_quiet(Arguments& into, const std::string&) {
    into.send.replies = SendOptions::Replies::none;
}

void take_reconnect(Arguments& into, const std::string&) {
    into.talk.reconnect = true;
}

// --- What the commands do -----------------------------------------------------------------------

int run_talk(const Arguments& arguments) {
    TalkOptions options = arguments.talk;
    options.server = arguments.server;
    options.json = arguments.json;
    return talk(options);
}

int run_send(const Arguments& arguments) {
    SendOptions options = arguments.send;
    options.server = arguments.server;
    options.json = arguments.json;
    options.texts = arguments.words;
    return send(options);
}

int run_log(const Arguments& arguments) {
    LogOptions options = arguments.log;
    options.json = arguments.json;
    return show_log(options);
}

int run_help(const Arguments& arguments) {
    if (arguments.words.empty()) return print_help(nullptr);
    const Command* command = find_command(arguments.words.front());
    if (command == nullptr) throw UsageError{unknown_command(arguments.words.front())};
    return print_help(command);
}

int run_completions(const Arguments& arguments) {
    return print_completions(arguments.words.empty() ? "" : arguments.words.front());
}

// --- The table ----------------------------------------------------------------------------------

constexpr std::array COMMON_OPTIONS{
    OptionSpec{"--host", "HOST",
               N_("Where the daemon is: a name or an address; default: localhost"), Choice::host,
               take_host},
    OptionSpec{"--port", "PORT", N_("Its port; default: 8765"), Choice::nothing, take_port},
    OptionSpec{"--json", nullptr, N_("Print each reply as a JSON object on a line of its own"),
               Choice::nothing, take_json},
};

constexpr std::array TALK_OPTIONS{
    OptionSpec{"--reconnect", nullptr,
               N_("Connect again when the connection is lost, and send again what was not "
                  "acknowledged"),
               Choice::nothing, take_reconnect},
};

constexpr std::array SEND_OPTIONS{
    OptionSpec{"--timeout", "SECONDS",
               N_("Give up when nothing is acknowledged for so long; 0: never; default: 30"),
               Choice::nothing, take_timeout},
    OptionSpec{"--window", "COUNT",
               N_("Messages that may be unacknowledged at a time; 1: one by one; default: 65536"),
               Choice::nothing, take_window},
    OptionSpec{"--verbose", nullptr, N_("Print every reply"), Choice::nothing, take_verbose},
    OptionSpec{"--quiet", nullptr, N_("Print no reply, and no progress"), Choice::nothing,
               take_quiet},
};

constexpr std::size_t ANY_NUMBER = std::numeric_limits<std::size_t>::max();

constexpr std::array COMMANDS{
    Command{"talk", nullptr, Choice::nothing, 0, N_("Talk with the daemon (the default)"),
            N_("Sends each line that is typed, and shows what the daemon says as it comes.\n"
               "\"bye\" or Ctrl-D leaves."),
            "hark\nhark --host log.example.org talk --reconnect", TALK_OPTIONS, run_talk},
    Command{"send", "[TEXT...]", Choice::nothing, ANY_NUMBER,
            N_("Send messages, and wait until each one is acknowledged"),
            N_("Each TEXT is a message, and each line of a TEXT with several. Without TEXT the\n"
               "lines of standard input are messages; empty lines are left out.\n"
               "\n"
               "Replies are printed with --json or --verbose, and on a terminal where TEXT is\n"
               "given. What was not acknowledged is said on standard error, by its line.\n"
               "\n"
               "Exit status: 0 every message is in the log; 1 the daemon refused; 2 the command\n"
               "line is wrong, or there are lines that cannot be sent; 3 no connection, or it was\n"
               "lost, or the time is over; 130 Ctrl-C."),
            "hark send 'backup finished'\ntail -f app.log | hark --host log.example.org send",
            SEND_OPTIONS, run_send},
    Command{
        "log", nullptr, Choice::nothing, 0,
        N_("Show recorded messages, from the journal or a file"),
        N_("Shows messages in the order in which they were recorded, as harkd's console does;\n"
           "with --json as harkd writes them to a file. Without --file they are read from the\n"
           "journal of this machine.\n"
           "\n"
           "TIME is local unless it says otherwise: \"2026-11-22 10:00:00\", 2026-11-22, 10:00,\n"
           "now, today, yesterday, -1h, \"1h ago\", @1795341600, 2026-11-22T10:00:00Z.\n"
           "PATTERN is a regular expression as Perl's.\n"
           "\n"
           "Exit status: 0 all was shown; 1 the log cannot be read; 2 the command line is\n"
           "wrong; 130 Ctrl-C."),
        "hark log -n 20\nhark log --since today --peer 192.0.2.0/24 --grep 'error|失败'\n"
        "hark log --file /var/log/harkd/messages.jsonl -f",
        LOG_OPTIONS, run_log},
    Command{"help",
            "[COMMAND]",
            Choice::command,
            1,
            N_("Show this help, or that of a command"),
            N_("Shows what a command does, its options, and an example."),
            "hark help send",
            {},
            run_help},
    Command{"completions",
            "SHELL",
            Choice::shell,
            1,
            N_("Print the completions for a shell"),
            N_("Prints a script by which bash, zsh or fish completes hark's command line."),
            "source <(hark completions bash)",
            {},
            run_completions},
};

}  // namespace

std::span<const Command> commands() noexcept {
    return COMMANDS;
}

const Command& default_command() noexcept {
    return COMMANDS.front();
}

const Command* find_command(const std::string& name) noexcept {
    for (const Command& command : COMMANDS) {
        if (name == command.name) return &command;
    }
    return nullptr;
}

std::span<const OptionSpec> common_options() noexcept {
    return COMMON_OPTIONS;
}

}  // namespace hark
