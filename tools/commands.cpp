#include "tools/commands.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "tools/admin/clients.hpp"
#include "tools/admin/kick.hpp"
#include "tools/admin/level.hpp"
#include "tools/admin/reload.hpp"
#include "tools/admin/restart.hpp"
#include "tools/admin/say.hpp"
#include "tools/admin/status.hpp"
#include "tools/bench/bench.hpp"
#include "tools/cli/completions.hpp"
#include "tools/cli/help.hpp"
#include "tools/log/log.hpp"
#include "tools/log/tail.hpp"
#include "tools/peer/tls_client.hpp"
#include "tools/send/send.hpp"
#include "tools/talk/talk.hpp"
#include "tools/top/top.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace hark {

namespace {

// --- From the command line to the command -------------------------------------------------------

// Returns null without TLS.
std::shared_ptr<const TlsClient> tls_of(const Arguments& arguments) {
    if (!arguments.tls.enabled) return nullptr;
    return std::make_shared<TlsClient>(arguments.tls, arguments.server.host);
}

int run_talk(const Arguments& arguments, TalkOptions& options) {
    options.server = arguments.server;
    options.tls = tls_of(arguments);
    options.json = arguments.json;
    return talk(options);
}

int run_send(const Arguments& arguments, SendOptions& options) {
    options.server = arguments.server;
    options.tls = tls_of(arguments);
    options.json = arguments.json;
    // As elsewhere, "-" alone stands for standard input.
    if (arguments.words != std::vector<std::string>{"-"}) options.texts = arguments.words;
    return send_messages(options);
}

int run_bench(const Arguments& arguments, BenchOptions& options) {
    options.server = arguments.server;
    options.tls = tls_of(arguments);
    options.control = arguments.control;
    options.json = arguments.json;
    return bench(options);
}

int run_log(const Arguments& arguments, LogOptions& options) {
    options.form.json = arguments.json;
    return show_log(options);
}

int run_status(const Arguments& arguments, StatusOptions& options) {
    options.control = arguments.control;
    options.json = arguments.json;
    return show_status(options);
}

int run_clients(const Arguments& arguments, ClientsOptions& options) {
    options.control = arguments.control;
    options.json = arguments.json;
    return show_clients(options);
}

int run_tail(const Arguments& arguments, TailOptions& options) {
    options.control = arguments.control;
    options.form.json = arguments.json;
    return tail(options);
}

int run_wait(const Arguments& arguments, TailOptions& options) {
    options.waits = true;
    return run_tail(arguments, options);
}

int run_say(const Arguments& arguments, SayOptions& options) {
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

int run_restart(const Arguments& arguments) {
    return restart(arguments.control, arguments.json);
}

int run_level(const Arguments& arguments) {
    return set_level(arguments.control, arguments.words);
}

int run_top(const Arguments& arguments) {
    return top({.control = arguments.control, .json = arguments.json});
}

int run_help(const Arguments& arguments) {
    if (arguments.words.empty()) return print_help(commands(), nullptr);
    const std::string& name = arguments.words.front();
    const Command* const command = find_command(commands(), name);
    if (command == nullptr) throw UsageError{unknown_command(commands(), name)};
    return print_help(commands(), command);
}

int run_completions(const Arguments& arguments) {
    return print_completions(commands(), arguments.words.empty() ? "" : arguments.words.front());
}

std::span<const char* const> command_names() noexcept;

// --- The table ----------------------------------------------------------------------------------

constexpr std::array COMMANDS{
    Command{.name = "talk",
            .summary = N_("Talk to the daemon (the default)"),
            .details = N_("Sends each line you type, and shows replies as they arrive.\n"
                          "\"bye\" or Ctrl-D leaves."),
            .example = "hark\nhark --host log.example.org talk --reconnect",
            .has_tls = true,
            .action = ACTION<run_talk, TALK_OPTIONS>},
    Command{
        .name = "send",
        .arguments = "[TEXT...|-]",
        .most_words = Command::ANY_NUMBER,
        .summary = N_("Send messages, and wait until each one is acknowledged"),
        .details = N_(
            "Each TEXT is a message; a TEXT of several lines is a message per line. Without\n"
            "TEXT, or with -, each line of standard input is a message; empty lines are skipped.\n"
            "\n"
            "Replies are printed with --json or --verbose, and on a terminal where TEXT is\n"
            "given. Lines that were not acknowledged are reported on standard error.\n"
            "\n"
            "Exit status: 0 every message is in the log; 1 the daemon refused; 2 the command\n"
            "line is wrong, or some lines cannot be sent; 3 no connection, connection lost,\n"
            "or timeout; 130 Ctrl-C."),
        .example =
            "hark send 'backup finished'\ntail -f app.log | hark --host log.example.org send",
        .has_tls = true,
        .action = ACTION<run_send, SEND_OPTIONS>},
    Command{
        .name = "bench",
        .summary = N_("Load the daemon, and measure throughput and latency"),
        .details = N_(
            "Sends messages on many connections, and shows how many are acknowledged per second\n"
            "and how long each one waits for it, with a histogram; and what the daemon uses, as\n"
            "far as its control socket tells. With --rate, latency counts from when a message\n"
            "was due, so that a pause of the daemon shows in every message that waited for it.\n"
            "\n"
            "A MIX spreads the connections over several kinds: \"ascii,gbk\" evenly,\n"
            "\"lf=9,none=1\" nine to one. A message that ends with nothing waits for its reply,\n"
            "and the daemon waits for more of it.\n"
            "\n"
            "The messages are recorded: they end up in that daemon's log.\n"
            "\n"
            "Exit status: 0 every message is in the log; 1 the daemon refused; 2 the command\n"
            "line is wrong; 3 no connection, connection lost, or timeout; 130 Ctrl-C."),
        .example = "hark bench --connections 100 --duration 30\n"
                   "hark bench --rate 5000 --charset ascii=8,gbk=2 --warmup 2 --json",
        .has_tls = true,
        .action = ACTION<run_bench, BENCH_OPTIONS>},
    Command{
        .name = "log",
        .summary = N_("Show recorded messages, from the journal or a file"),
        .details =
            N_("Shows messages in the order in which they were recorded, as harkd's console does;\n"
               "with --json as harkd writes them to a file. Without --file they are read from\n"
               "this machine's journal. Messages that were recorded in parts are shown whole.\n"
               "\n"
               "TIME is local unless it says otherwise: \"2026-11-22 10:00:00\", 2026-11-22, "
               "10:00,\n"
               "now, today, \"yesterday 10:00\", -1h, \"2 hours ago\", @1795341600,\n"
               "2026-11-22T10:00:00Z; a time zone may follow.\n"
               "PATTERN is a Perl-compatible regular expression.\n"
               "\n"
               "Exit status: 0 everything was shown; 1 the log or a part of it cannot be read,\n"
               "or nothing matches --grep; 2 the command line is wrong; 130 Ctrl-C."),
        .example =
            "hark log -n 20\nhark log --since today --peer 192.0.2.0/24 --grep 'error|失败'\n"
            "hark log --file /var/log/harkd/messages.jsonl -f\n"
            "hark log --since yesterday --summary",
        .action = ACTION<run_log, LOG_OPTIONS>},
    Command{.name = "status",
            .summary = N_("Show the daemon's state"),
            .details = N_("Shows how long the daemon has been running and where it listens, its\n"
                          "connections, messages and bytes, the resources it uses, and whether "
                          "its logs\n"
                          "accept records."),
            .example = "hark status\nhark status --openmetrics --output /tmp/harkd.prom",
            .action = ACTION<run_status, STATUS_OPTIONS>},
    Command{
        .name = "clients",
        .summary = N_("Show who is connected"),
        .details =
            N_("Shows each client with its number, which say, kick and tail take; how long it has\n"
               "been connected and silent; what it has sent; its charset and framing, once known;\n"
               "and the replies it has not read (with \"!\" while it does not read). A client is\n"
               "\"limited\" while it is not read, since its address is over a rate."),
        .example = "hark clients --sort -messages\nhark clients --by-address",
        .action = ACTION<run_clients, CLIENTS_OPTIONS>},
    Command{.name = "tail",
            .summary = N_("Show messages as they are recorded"),
            .details = N_(
                "Shows new messages until Ctrl-C, as harkd's console does; with --json as harkd\n"
                "writes them to a file. When the daemon restarts it waits for the new one.\n"
                "Messages that come faster than they can be shown are skipped and counted."),
            .example = "hark tail --peer 192.0.2.0/24 --text error",
            .action = ACTION<run_tail, TAIL_OPTIONS>},
    Command{
        .name = "wait",
        .summary = N_("Wait for a message"),
        .details =
            N_("Shows the first matching message that is recorded from now on, and ends. When the\n"
               "daemon restarts, it reconnects.\n"
               "\n"
               "Exit status: 0 the message came; 2 the command line is wrong; 3 no connection,\n"
               "timeout, or messages may have been missed; 130 Ctrl-C."),
        .example = "hark wait --text READY --peer 192.0.2.7 --timeout 60",
        .action = ACTION<run_wait, TAIL_OPTIONS>},
    Command{
        .name = "say",
        .arguments = "ID TEXT...",
        .most_words = Command::ANY_NUMBER,
        .summary = N_("Write a line to a client"),
        .details = N_(
            "The client gets \"* operator: TEXT\", in its charset, before the reply to its next\n"
            "message, or at once. ID is its number (see hark clients)."),
        .example = "hark say 17 'please log out'\nhark say --all 'maintenance at 18:00'",
        .action = ACTION<run_say, SAY_OPTIONS>},
    Command{.name = "kick",
            .arguments = "ID [REASON...]",
            .most_words = Command::ANY_NUMBER,
            .summary = N_("Close a client's connection"),
            .details =
                N_("What the client has sent is recorded and acknowledged first, and it is told\n"
                   "REASON. ID is its number (see hark clients)."),
            .example = "hark kick 17 'wrong port'",
            .action = PLAIN_ACTION<run_kick>},
    Command{.name = "reload",
            .summary = N_("Make the daemon reload its configuration"),
            .details = N_("A configuration with an error is rejected as a whole, and the old one "
                          "stays in force."),
            .example = "hark reload",
            .action = PLAIN_ACTION<run_reload>},
    Command{.name = "restart",
            .summary = N_("Make the daemon restart in place, keeping its connections"),
            .details =
                N_("The harkd on disk takes over once a trial run of it has confirmed that it can\n"
                   "read the configuration and the state; otherwise the old one carries on.\n"
                   "Only TLS connections are closed. Prints both versions."),
            .example = "hark restart",
            .action = PLAIN_ACTION<run_restart>},
    Command{.name = "level",
            .arguments = "LEVEL",
            .most_words = 1,
            .choices = levels,
            .summary = N_("Set which of the daemon's own diagnostics are recorded"),
            .details = N_("LEVEL is debug, info (the default), warning or error: diagnostics of "
                          "this level\n"
                          "or worse are recorded. Messages always are."),
            .example = "hark level debug",
            .action = PLAIN_ACTION<run_level>},
    Command{.name = "top",
            .summary = N_("Watch the daemon and its busiest clients"),
            .details =
                N_("Shows the daemon's state and its busiest clients, refreshed every second.\n"
                   "Keys: q quits, s changes the sort order, p pauses and resumes. With --json it\n"
                   "prints a line per second, and needs no terminal."),
            .example = "hark top",
            .action = PLAIN_ACTION<run_top>},
    Command{.name = "help",
            .arguments = "[COMMAND]",
            .most_words = 1,
            .choices = command_names,
            .summary = N_("Show this help, or a command's"),
            .details = N_("Shows what a command does, its options, and an example."),
            .example = "hark help send",
            .action = PLAIN_ACTION<run_help>},
    Command{.name = "completions",
            .arguments = "SHELL",
            .most_words = 1,
            .choices = shells,
            .summary = N_("Print the completions for a shell"),
            .details = N_("Prints a script with which bash, zsh or fish completes hark's command "
                          "line."),
            .example = "source <(hark completions bash)",
            .action = PLAIN_ACTION<run_completions>},
};

constexpr std::array NAMES = [] {
    std::array<const char*, COMMANDS.size()> names{};
    std::transform(COMMANDS.begin(), COMMANDS.end(), names.begin(),
                   [](const Command& command) { return command.name; });
    return names;
}();

std::span<const char* const> command_names() noexcept {
    return NAMES;
}

}  // namespace

Commands commands() noexcept {
    return COMMANDS;
}

}  // namespace hark
