#include "common/nats/headers.hpp"
#include "common/nats/parser.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::string_literals;
using nats::Operation;
using nats::Parser;
using Kind = nats::Operation::Kind;
using Step = nats::Parser::Step;

namespace {

// Parses the only operation in `bytes`.
struct Parsed {
    explicit Parsed(std::string_view bytes) {
        parser.feed(bytes);
        step = parser.next(operation);
    }
    Parser parser;
    Operation operation;
    Step step;
};

Step step_of(std::string_view bytes) {
    return Parsed{bytes}.step;
}

}  // namespace

TEST_CASE("nats parser: operations of one line") {
    const Parsed info{"INFO {\"version\":\"2.10.27\"} \r\n"};
    CHECK(info.step == Step::operation);
    CHECK(info.operation.kind == Kind::info);
    CHECK(info.operation.text == "{\"version\":\"2.10.27\"}");
    CHECK(Parsed{"PING\r\n"}.operation.kind == Kind::ping);
    CHECK(Parsed{"ping\r\n"}.operation.kind == Kind::ping);
    CHECK(Parsed{"PONG\r\n"}.operation.kind == Kind::pong);
    CHECK(Parsed{"+OK\r\n"}.operation.kind == Kind::ok);
    const Parsed error{"-ERR 'Authorization Violation'\r\n"};
    CHECK(error.operation.kind == Kind::error);
    CHECK(error.operation.text == "Authorization Violation");
    CHECK(Parsed{"-ERR\t'\r\n"}.operation.text == "'");
}

TEST_CASE("nats parser: messages") {
    const Parsed plain{"MSG _INBOX.a.7 1 5\r\nhello\r\n"};
    CHECK(plain.step == Step::operation);
    CHECK(plain.operation.kind == Kind::message);
    CHECK(plain.operation.subject == "_INBOX.a.7");
    CHECK(plain.operation.subscription == "1");
    CHECK(plain.operation.reply_to.empty());
    CHECK(plain.operation.headers.empty());
    CHECK(plain.operation.payload == "hello");
    CHECK(Parsed{"MSG a 1 b 0\r\n\r\n"}.operation.reply_to == "b");

    const Parsed with_headers{"HMSG a 1 b 16 18\r\nNATS/1.0 503\r\n\r\nxy\r\n"};
    CHECK(with_headers.step == Step::operation);
    CHECK(with_headers.operation.reply_to == "b");
    CHECK(nats::status_of(with_headers.operation.headers) == nats::NO_RESPONDERS);
    CHECK(with_headers.operation.payload == "xy");
    CHECK(Parsed{"HMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"}.operation.reply_to.empty());
    // What looks like an end is payload, by its length.
    CHECK(Parsed{"MSG a 1 4\r\n\r\n\r\n\r\n"}.operation.payload == "\r\n\r\n");
}

TEST_CASE("nats parser: bytes one by one, and several operations at once") {
    const std::string bytes = "PING\r\nMSG a 1 5\r\nhello\r\nPONG\r\n";
    Parser parser;
    Operation operation;
    std::string kinds;
    const auto take_all = [&] {
        while (parser.next(operation) == Step::operation) {
            kinds += operation.kind == Kind::ping ? 'i' : operation.kind == Kind::pong ? 'o' : 'm';
            if (operation.kind == Kind::message) CHECK(operation.payload == "hello");
        }
    };
    for (const char byte : bytes) {
        parser.feed({&byte, 1});
        take_all();
    }
    CHECK(kinds == "imo");
    parser.feed(bytes);
    take_all();
    CHECK(kinds == "imoimo");
}

TEST_CASE("nats parser: what is not the protocol, and what is too long") {
    for (const std::string_view bytes :
         {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "MSG a 1\r\n", "MSG a 1 x\r\n", "MSG a 1 -1\r\n",
          "MSG a 1 b c 0\r\n", "HMSG a 1 5\r\n", "HMSG a 1 6 5\r\n", "MSG a 1 3\r\nabcd\r\n",
          "MSG a 1 99999999999999999999\r\n", "MSG a 1 4194305\r\n"}) {
        CAPTURE(bytes);
        CHECK(step_of(bytes) == Step::broken);
    }
    CHECK(step_of("INFO " + std::string(Parser::MAX_LINE, 'x')) == Step::broken);
    CHECK(step_of("INFO " + std::string(Parser::MAX_LINE, 'x') + "\r\n") == Step::broken);
    CHECK(step_of("INFO " + std::string(Parser::MAX_LINE - 5, 'x') + "\r\n") == Step::operation);
    CHECK(step_of("PING\n") == Step::incomplete);
    CHECK(step_of("MSG a 1 5\r\nhello\r") == Step::incomplete);
    Parsed broken{"what\r\n"};
    broken.parser.feed("PING\r\n");
    CHECK(broken.parser.next(broken.operation) == Step::broken);
    broken.parser.clear();
    broken.parser.feed("PING\r\n");
    CHECK(broken.parser.next(broken.operation) == Step::operation);
}

TEST_CASE("nats headers") {
    const std::string text =
        nats::HeaderWriter{}.add("Nats-Msg-Id", "r-1-2").add("A", "b: c").text();
    CHECK(text == "NATS/1.0\r\nNats-Msg-Id: r-1-2\r\nA: b: c\r\n\r\n");
    CHECK(nats::find_header(text, "Nats-Msg-Id") == "r-1-2");
    CHECK(nats::find_header(text, "A") == "b: c");
    CHECK(nats::find_header(text, "a").empty());
    CHECK(nats::find_header("NATS/1.0\r\nX\r\nA:1", "A") == "1");
    CHECK(nats::find_header("", "A").empty());
    CHECK(nats::status_of(text).empty());
    CHECK(nats::status_of("NATS/1.0 404 No Messages\r\n\r\n") == "404");
    CHECK(nats::status_of("HTTP/1.0 404\r\n\r\n").empty());
}
