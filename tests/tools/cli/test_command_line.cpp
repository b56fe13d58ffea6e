#include "tools/cli/command_line.hpp"

#include <doctest/doctest.h>

using namespace hark;

namespace {

CommandLine parse(const std::vector<const char*>& words) {
    const Command* named = nullptr;
    return parse_command_line(words, named);
}

std::string complaint(const std::vector<const char*>& words) {
    try {
        static_cast<void>(parse(words));
    } catch (const UsageError& problem) {
        return problem.what();
    }
    return "none";
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("without a command it is talk") {
    const CommandLine line = parse({"--host", "log.example.org", "--port=1234", "--reconnect"});
    CHECK(line.command == &default_command());
    CHECK(line.command->name == std::string{"talk"});
    CHECK(line.arguments.server.host == "log.example.org");
    CHECK(line.arguments.server.port == 1234);
    CHECK(line.arguments.talk.reconnect);
}

TEST_CASE("of a mistake it is known which command it was made with") {
    const auto named_by = [](const std::vector<const char*>& words) {
        const Command* named = nullptr;
        CHECK_THROWS_AS(static_cast<void>(parse_command_line(words, named)), UsageError);
        return named;
    };
    CHECK(named_by({"send", "--no-such"}) == find_command("send"));
    CHECK(named_by({"--no-such", "send"}) == nullptr);
    CHECK(named_by({"no-such"}) == nullptr);
    CHECK(named_by({"--json", "log", "--since", "x"}) == find_command("log"));
}

TEST_CASE("common options stand before and behind the command; the last one counts") {
    const CommandLine line = parse({"--port", "1", "send", "--json", "a", "--port", "2", "b"});
    CHECK(line.command == find_command("send"));
    CHECK(line.arguments.server.port == 2);
    CHECK(line.arguments.json);
    CHECK(line.arguments.words == Words{"a", "b"});
}

TEST_CASE("any text can be sent") {
    CHECK(parse({"send", "send", "talk", "", "-", "++", "[a,b]", "%%", "{}", "--", "--json", "-x",
                 "--", ""})
              .arguments.words ==
          Words{"send", "talk", "", "-", "++", "[a,b]", "%%", "{}", "--json", "-x", "--", ""});
    CHECK_FALSE(parse({"send", "--", "--json"}).arguments.json);
}

TEST_CASE("options of send") {
    const SendOptions defaults = parse({"send"}).arguments.send;
    CHECK(defaults.timeout == std::chrono::seconds{30});
    CHECK(defaults.window == 65536);
    CHECK(defaults.replies == SendOptions::Replies::automatic);
    const SendOptions given =
        parse({"send", "--timeout", "1.5", "--window=1", "--verbose"}).arguments.send;
    CHECK(given.timeout == std::chrono::milliseconds{1500});
    CHECK(given.window == 1);
    CHECK(given.replies == SendOptions::Replies::all);
    CHECK(parse({"send", "--timeout=0", "--quiet"}).arguments.send.timeout == Duration::zero());
}

TEST_CASE("options with a letter") {
    using Number = std::optional<std::uint64_t>;
    for (const auto& words :
         std::vector<std::vector<const char*>>{{"log", "-n", "5", "-f"},
                                               {"log", "-n5", "-f"},
                                               {"log", "-fn5"},
                                               {"log", "-fn", "5"},
                                               {"log", "--lines=5", "--follow"},
                                               {"log", "-n", "7", "-fn5", "--json"}}) {
        const LogOptions options = parse(words).arguments.log;
        CHECK(options.lines == Number{5});
        CHECK(options.follow);
    }
    const LogOptions all = parse({"log", "-n", "5", "-n", "all"}).arguments.log;
    CHECK_FALSE(all.lines);
    CHECK(all.all_lines);
    CHECK(complaint({"log", "-n"}) == "-n: a value is missing");
    CHECK(complaint({"log", "-fx"}) == "no such option: -x");
    CHECK(complaint({"-n", "5", "log"}) == "no such option: -n");
    for (const char* count : {"", "-1", "x", "5x", "18446744073709551616"}) {
        CAPTURE(count);
        CHECK(complaint({"log", "-n", count}).find("is no count") != std::string::npos);
    }
    CHECK(complaint({"log", "-n=5"}).find("is no count") != std::string::npos);
}

TEST_CASE("options of log") {
    const LogOptions options =
        parse({"log", "--client", "5f3a9c01:17", "--since", "@10", "--until=@11", "--peer",
               "192.0.2.0/24", "--grep", "x", "--file", "f", "--events"})
            .arguments.log;
    CHECK(options.client->run == "5f3a9c01");
    CHECK(options.client->connection == 17);
    CHECK(options.since == WallTime{std::chrono::seconds{10}});
    CHECK(options.until == WallTime{std::chrono::seconds{11}});
    CHECK(options.peer->matches("192.0.2.7:1"));
    CHECK(options.grep == "x");
    CHECK(options.file == "f");
    CHECK(options.events);
    CHECK(parse({"log", "--client", "17"}).arguments.log.client->run.empty());
    for (const char* client : {"", "0", "x", "17x", ":17", "5f3a9c0:17", "5f3a9c0g:17", "17:"}) {
        CAPTURE(client);
        CHECK(complaint({"log", "--client", client}).find("is no connection") != std::string::npos);
    }
    CHECK(complaint({"log", "--peer", "x"}).find("is no address") != std::string::npos);
    CHECK(complaint({"log", "--since", "x"}).find("--since: \"x\" is no time") == 0);
    CHECK(complaint({"log", "--until", "x"}).find("--until: \"x\" is no time") == 0);
    CHECK(complaint({"log", "--file", ""}) == "--file: expected a file's name");
}

TEST_CASE("mistakes are named") {
    CHECK(complaint({"sned"}) == "no such command: sned; did you mean send?");
    CHECK(complaint({"xyz"}) == "no such command: xyz");
    CHECK(complaint({"--jsn"}) == "no such option: --jsn; did you mean --json?");
    CHECK(complaint({"send", "--reconnect"}) == "no such option: --reconnect");
    CHECK(complaint({"--timeout", "1", "send"}) == "no such option: --timeout");
    CHECK(complaint({"send", "-5"}) == "no such option: -5");
    CHECK(complaint({"talk", "hello"}) == "hello: not expected after talk");
    CHECK(complaint({"help", "send", "talk"}) == "talk: not expected after help");
    CHECK(complaint({"--port"}) == "--port: a value is missing");
    CHECK(complaint({"--json=yes"}) == "--json: takes no value");
    for (const char* port : {"0", "65536", "-1", "", "12x", "1.5"}) {
        CAPTURE(port);
        CHECK(complaint({"--port", port}).find("is no port") != std::string::npos);
    }
    for (const char* timeout : {"-1", "", "x", "nan", "inf", "1e30", "3s"}) {
        CAPTURE(timeout);
        CHECK(complaint({"send", "--timeout", timeout}).find("is no time") != std::string::npos);
    }
    for (const char* window : {"0", "65537", "x"}) {
        CAPTURE(window);
        CHECK(complaint({"send", "--window", window}).find("is no window") != std::string::npos);
    }
    CHECK(complaint({"--host="}) == "--host: expected a name or an address");
}

TEST_CASE("options of the commands over the control socket") {
    CHECK(parse({"status", "--control", "/x", "--openmetrics"}).arguments.control == "/x");
    const ClientsOptions clients = parse({"clients", "--sort=-age"}).arguments.clients;
    CHECK(clients.sort == ClientColumn::age);
    CHECK(clients.descending);
    CHECK(parse({"clients", "-r"}).arguments.clients.descending);
    const TailOptions tail =
        parse({"tail", "--client=17", "--peer", "192.0.2.0/24", "--events"}).arguments.tail;
    CHECK(tail.client == 17U);
    CHECK(tail.peer == "192.0.2.0/24");
    CHECK(tail.events);
    CHECK(parse({"say", "--all", "x", "y"}).arguments.words == Words{"x", "y"});
    CHECK(complaint({"--control="}) == "--control: expected the path of a socket");
    for (const char* client : {"0", "-1", "1x", "", "9223372036854775808"}) {
        CAPTURE(client);
        CHECK(complaint({"tail", "--client", client}).find("is no client") != std::string::npos);
    }
    CHECK(complaint({"tail", "--peer", "host"}).find("is no address") != std::string::npos);
    CHECK(complaint({"clients", "--sort", "--"}).find("is no column") != std::string::npos);
}
