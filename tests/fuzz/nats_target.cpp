// What a NATS server sends.
#include "common/nats/answers.hpp"
#include "common/nats/headers.hpp"
#include "common/nats/parser.hpp"
#include "common/nats/server_info.hpp"
#include "common/nats/server_list.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace hark::fuzz {

namespace {

struct Seen {
    nats::Operation::Kind kind;
    std::string text, subject, subscription, reply_to, headers, payload;
    friend bool operator==(const Seen&, const Seen&) = default;
};

struct Reading {
    std::vector<Seen> operations;
    bool broken = false;
    friend bool operator==(const Reading&, const Reading&) = default;
};

// Reads `bytes` in pieces of `size`.
Reading read_in_pieces(std::string_view bytes, std::size_t size) {
    nats::Parser parser;
    Reading reading;
    while (!reading.broken) {
        nats::Operation operation;
        switch (parser.next(operation)) {
            case nats::Parser::Step::operation:
                reading.operations.push_back(
                    {operation.kind, std::string{operation.text}, std::string{operation.subject},
                     std::string{operation.subscription}, std::string{operation.reply_to},
                     std::string{operation.headers}, std::string{operation.payload}});
                break;
            case nats::Parser::Step::incomplete:
                if (bytes.empty()) return reading;
                parser.feed(bytes.substr(0, size));
                bytes.remove_prefix(std::min(size, bytes.size()));
                break;
            case nats::Parser::Step::broken:
                require(!parser.problem().empty(), "what is broken has a reason");
                reading.broken = true;
                break;
        }
    }
    return reading;
}

// Each of these accepts anything that a server may have written.
void interpret(const Seen& seen) {
    static_cast<void>(nats::status_of(seen.headers));
    static_cast<void>(nats::find_header(seen.headers, "Nats-Msg-Id"));
    if (const auto info = nats::parse_server_info(seen.text)) {
        for (const std::string& other : info->others) {
            static_cast<void>(nats::parse_server(other));
        }
        nats::ServerList servers{std::vector<Endpoint>{{"localhost", 4222}}, 0};
        servers.learn(info->others);
        require(servers.size() <= nats::ServerList::MAX_SERVERS, "servers are bounded");
        require(servers.current().endpoint.host == "localhost",
                "who is connected does not change by learning");
    }
    const nats::PublishAnswer answer = nats::parse_publish_answer(seen.payload);
    require(!answer.error || answer.sequence == 0, "an answer with an error has nothing else");
    static_cast<void>(nats::parse_stream_description(seen.payload));
    const nats::StoredMessage message = nats::parse_stored_message(seen.payload);
    require(message.error.has_value() == (message.sequence == 0), "a message has a sequence");
}

}  // namespace

void nats(std::string_view bytes) {
    Input input{bytes};
    const std::size_t size = 1 + input.below(64);
    const std::string_view text = input.text();
    const Reading whole = read_in_pieces(text, std::max<std::size_t>(text.size(), 1));
    require(read_in_pieces(text, size) == whole, "how it is cut up changes nothing");
    for (const Seen& seen : whole.operations) interpret(seen);
}

}  // namespace hark::fuzz
