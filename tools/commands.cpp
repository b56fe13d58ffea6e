#include "tools/commands.hpp"

#include "common/locale/i18n.hpp"
#include "tools/admin/kick.hpp"
#include "tools/admin/level.hpp"
#include "tools/admin/reload.hpp"
#include "tools/bench/options.hpp"
#include "tools/cli/common_options.hpp"
#include "tools/cli/completions.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/help.hpp"
#include "tools/control_options.hpp"
#include "tools/log/log_options.hpp"
#include "tools/top/top.hpp"

#include <array>
#include <limits>

namespace hark {

namespace {

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
    return send_messages(options);
}

int run_bench(const Arguments& arguments) {
    BenchOptions options = arguments.bench;
    options.server = arguments.server;
    options.control = arguments.control;
    options.json = arguments.json;
    return bench(options);
}

int run_log(const Arguments& arguments) {
    LogOptions options = arguments.log;
    options.json = arguments.json;
    return show_log(options);
}

int run_status(const Arguments& arguments) {
    StatusOptions options = arguments.status;
    options.control = arguments.control;
    options.json = arguments.json;
    return show_status(options);
}

int run_clients(const Arguments& arguments) {
    ClientsOptions options = arguments.clients;
    options.control = arguments.control;
    options.json = arguments.json;
    return show_clients(options);
}

int run_tail(const Arguments& arguments) {
    TailOptions options = arguments.tail;
    options.control = arguments.control;
    options.json = arguments.json;
    return tail(options);
}

int run_say(const Arguments& arguments) {
    SayOptions options = arguments.say;
    options.control = arguments.control;
    options.json = arguments.json;
    options.words = arguments.words;
    return say(options);
}

int run_kick(const Arguments& arguments) {
    return kick(arguments.control, arguments.words);
}

int run_reload(const Arguments& arguments) {
    return reload(arguments.control);
}

int run_level(const Arguments& arguments) {
    return set_level(arguments.control, arguments.words);
}

int run_top(const Arguments& arguments) {
    return top({.control = arguments.control, .json = arguments.json});
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
        "bench", nullptr, Choice::nothing, 0,
        N_("Load the daemon, and measure throughput and latency"),
        N_("Sends messages on many connections, and shows how many are acknowledged a second and\n"
           "how long each one waits for it; what the daemon needs, as far as its control socket\n"
           "can be asked; and a histogram. With --rate latency counts from when a message was\n"
           "due, so that a pause of the daemon is in that of all that waited for it.\n"
           "\n"
           "A MIX gives parts of the connections to several kinds: \"ascii,gbk\" the same to "
           "each,\n"
           "\"lf=9,none=1\" nine parts and one. What ends with nothing waits for its reply, and\n"
           "the daemon for more of it.\n"
           "\n"
           "The messages are recorded: they stand in the log of that daemon.\n"
           "\n"
           "Exit status: 0 every message is in the log; 1 the daemon refused; 2 the command\n"
           "line is wrong; 3 no connection, or it was lost, or the time is over; 130 Ctrl-C."),
        "hark bench --connections 100 --duration 30\n"
        "hark bench --rate 5000 --charset ascii=8,gbk=2 --warmup 2 --json",
        BENCH_OPTIONS, run_bench},
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
    Command{"status", nullptr, Choice::nothing, 0, N_("Show how the daemon is"),
            N_("Shows since when the daemon runs and where it listens, connections, messages and\n"
               "bytes, what it needs, and whether its logs take records."),
            "hark status\nhark status --openmetrics --output /tmp/harkd.prom", STATUS_OPTIONS,
            run_status},
    Command{
        "clients", nullptr, Choice::nothing, 0, N_("Show who is connected"),
        N_("Shows each client with its number, which say, kick and tail take; how long it is\n"
           "connected and silent; what it has sent; its charset and its framing as far as they\n"
           "have shown; and answers it has not read (with \"!\" while it does not read)."),
        "hark clients --sort -messages", CLIENTS_OPTIONS, run_clients},
    Command{"tail", nullptr, Choice::nothing, 0, N_("Show messages as they are recorded"),
            N_("Shows new messages until Ctrl-C, as harkd's console does; with --json as harkd\n"
               "writes them to a file. When the daemon is restarted it waits for the new one.\n"
               "Messages that come faster than they can be shown are left out and counted."),
            "hark tail --peer 192.0.2.0/24 --text error", TAIL_OPTIONS, run_tail},
    Command{
        "say", "ID TEXT...", Choice::nothing, ANY_NUMBER, N_("Write a line to a client"),
        N_("The client gets \"* operator: TEXT\", in its charset, before the answer to its next\n"
           "message, or at once. ID is its number (hark clients)."),
        "hark say 17 'please log out'\nhark say --all 'maintenance at 18:00'", SAY_OPTIONS,
        run_say},
    Command{"kick",
            "ID [REASON...]",
            Choice::nothing,
            ANY_NUMBER,
            N_("End the connection of a client"),
            N_("What the client has sent is recorded and answered first, and it is told REASON.\n"
               "ID is its number (hark clients)."),
            "hark kick 17 'wrong port'",
            {},
            run_kick},
    Command{"reload",
            nullptr,
            Choice::nothing,
            0,
            N_("Have the daemon read its configuration again"),
            N_("A configuration that is wrong is refused as a whole, and the old one stays."),
            "hark reload",
            {},
            run_reload},
    Command{
        "level",
        "LEVEL",
        Choice::level,
        1,
        N_("Set which of the daemon's own words are recorded"),
        N_("LEVEL is debug, info (at the start), warning or error: these and what is worse are\n"
           "recorded. Messages always are."),
        "hark level debug",
        {},
        run_level},
    Command{"top",
            nullptr,
            Choice::nothing,
            0,
            N_("Watch the daemon and its busiest clients"),
            N_("Shows the state of the daemon and its busiest clients, anew each second.\n"
               "Keys: q leaves, s sorts by something else, p pauses and goes on. With --json it\n"
               "prints a line a second, also off a terminal."),
            "hark top",
            {},
            run_top},
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
