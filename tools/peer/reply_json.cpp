#include "tools/peer/reply_json.hpp"

#include "common/protocol/reply.hpp"
#include "common/text/printable.hpp"

namespace hark {

namespace {

const char* name(LineEnd end) noexcept {
    switch (end) {
        case LineEnd::line:
            return "line";
        case LineEnd::cut:
            return "cut";
        case LineEnd::quiet:
            return "quiet";
        case LineEnd::eof:
            break;
    }
    return "eof";
}

}  // namespace

std::string reply_json(std::string_view text, LineEnd end, std::string_view framing) {
    std::string json = "{";
    if (end != LineEnd::line) {
        json += R"("text":)";
        append_json_string(json, text);
        json += R"(,"end":")" + std::string{name(end)} + "\"}\n";
        return json;
    }
    const reply::Reply reply = reply::parse(text);
    if (reply.code != 0) json += R"("code":)" + std::to_string(reply.code) + ",";
    json += reply.kind == reply::Kind::notice ? R"("notice":)" : R"("text":)";
    append_json_string(json, reply.text);
    if (reply.messages.first != 0) {
        json += R"(,"first":)" + std::to_string(reply.messages.first) + R"(,"last":)" +
                std::to_string(reply.messages.last);
    }
    if (!framing.empty()) {
        json += R"(,"framing":)";
        append_json_string(json, framing);
    }
    json += "}\n";
    return json;
}

std::string byte_reply_json(char byte, std::uint64_t number) {
    std::string json = R"({"text":)";
    append_json_string(json, {&byte, 1});
    const std::string digits = std::to_string(number);
    return json.append(R"(,"first":)").append(digits).append(R"(,"last":)").append(digits) + "}\n";
}

}  // namespace hark
