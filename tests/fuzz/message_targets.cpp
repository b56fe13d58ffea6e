// What our programs read from each other: replies, and messages on the control socket.
#include "common/io/line_splitter.hpp"
#include "common/protocol/reply.hpp"
#include "common/varlink/json.hpp"
#include "common/varlink/message.hpp"
#include "common/varlink/stream.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/line_check.hpp"
#include "tests/fuzz/targets.hpp"
#include "tools/peer/reply_json.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace hark::fuzz {

namespace {

// A reply that is written as `parsed` says must be read as `parsed`.
void require_same(const reply::Reply& parsed) {
    std::string line;
    switch (parsed.kind) {
        case reply::Kind::stored:
            if (parsed.messages.first == 0) {
                if (parsed.messages.as_bytes) return;  // "251 ok", which the daemon never says
                reply::append_empty(line);
            } else {
                reply::append_stored_range(line, parsed.messages.first, parsed.messages.last,
                                           parsed.messages.as_bytes);
            }
            break;
        case reply::Kind::not_stored:
            reply::append_not_stored(line, parsed.messages.first, parsed.messages.last,
                                     parsed.text);
            break;
        case reply::Kind::ready:
            reply::append_ready(line, parsed.text);
            break;
        case reply::Kind::ended:
            reply::append_ended(line, parsed.text);
            break;
        case reply::Kind::bye:
        case reply::Kind::notice:
        case reply::Kind::other:
            return;
    }
    require(line.size() <= reply::MAX_LINE, "a reply has a bound");
    require_line(line.substr(0, line.size() - 2) + "\n");
    const reply::Reply again = reply::parse(line);
    require(again.kind == parsed.kind && again.code == parsed.code, "a reply says what it said");
    require(again.messages.first == parsed.messages.first &&
                again.messages.last == parsed.messages.last &&
                again.messages.as_bytes == parsed.messages.as_bytes,
            "a reply answers what it answered");
}

void check_line(std::string_view line) {
    const reply::Reply reply = reply::parse(line);
    require(reply.messages.first <= reply.messages.last, "a range rises");
    require(
        reply.text.empty() || (reply.text.data() >= line.data() &&
                               reply.text.data() + reply.text.size() <= line.data() + line.size()),
        "a reply's text is part of its line");
    require_same(reply);
}

}  // namespace

void reply(std::string_view bytes) {
    Input input{bytes};
    const std::size_t size = input.below(64);
    // The pieces of a stream, however it is split into reads.
    LineSplitter splitter;
    std::string stream;
    const auto take = [&](const LinePiece& piece) {
        require(piece.text.size() <= LineSplitter::MAX_PIECE, "a piece has a bound");
        stream += piece.text;
        if (piece.end == LineEnd::line) check_line(piece.text);
        std::string text;
        utf8::append_leniently(text, piece.text);
        const std::string json = reply_json(text, piece.end);
        require_line(json);
        require(nlohmann::json::parse(json).is_object(), "a reply is shown as JSON");
    };
    LinePiece piece;
    for (std::string_view rest = input.text(); !rest.empty();) {
        std::string_view read = rest.substr(0, size == 0 ? rest.size() : size);
        rest.remove_prefix(read.size());
        while (splitter.next(read, piece)) take(piece);
    }
    if (splitter.take_rest(LineEnd::eof, piece)) take(piece);
    std::string expected{input.text()};
    for (std::string* text : {&stream, &expected}) {
        std::erase_if(*text, [](char byte) { return byte == '\r' || byte == '\n'; });
    }
    require(stream == expected, "no byte of text is lost");
}

void varlink(std::string_view bytes) {
    constexpr std::size_t LIMIT = 512;
    Input input{bytes};
    const std::size_t size = input.below(64);
    varlink::MessageSplitter splitter{LIMIT};
    for (std::string_view rest = input.text(); !rest.empty();) {
        const std::string_view read = rest.substr(0, size == 0 ? rest.size() : size);
        rest.remove_prefix(read.size());
        if (!splitter.add(read)) return;
        while (const auto message = splitter.next()) {
            require(message->find('\0') == std::string_view::npos, "a NUL ends a message");
            require(message->size() <= LIMIT, "a message has a bound");
            const std::string text{*message};
            if (const auto call = varlink::parse_call(text)) {
                std::string line;
                varlink::append(line, *call);
                require(line.find('\0') == line.size() - 1, "a call is one message");
                const auto again = varlink::parse_call({line.data(), line.size() - 1});
                require(again && again->more == call->more && again->oneway == call->oneway,
                        "a call that is written can be read");
            }
            if (const auto reply = varlink::parse_reply(text)) {
                std::string line;
                varlink::append(line, *reply);
                require(line.find('\0') == line.size() - 1, "a reply is one message");
                const auto again = varlink::parse_reply({line.data(), line.size() - 1});
                require(again && again->continues == reply->continues,
                        "a reply that is written can be read");
            }
        }
    }
}

}  // namespace hark::fuzz
