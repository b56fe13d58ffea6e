#include "daemon/log/json_lines.hpp"

#include "common/text/base64.hpp"
#include "common/text/fixed_string.hpp"
#include "common/text/number.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

namespace hark {

namespace {

constexpr std::size_t FIXED_BYTES = 128;

void append_content(std::string& into, const Content& content) {
    ShortText<FIXED_BYTES> front;
    if (content.message > 0) front.append(R"(,"seq":)").append_number(content.message);
    if (content.part > 0) front.append(R"(,"part":)").append_number(content.part);
    if (content.more) front.append(R"(,"more":true)");
    into.append(front.append(R"(,"text":)").view());
    append_json_string(into, content.text);

    ShortText<FIXED_BYTES> back;
    back.append(R"(,"charset":")").append(name(content.charset)).append(R"(","bytes":)");
    back.append_number(content.bytes);
    if (!content.exact) {
        into.append(back.append(R"(,"raw":")").view());
        append_base64(into, content.raw);
        back = {};
        back.append(R"(")");
    }
    if (content.message > 0) back.append(R"(,"end":")").append(name(content.end)).append(R"(")");
    into.append(back.view());
}

struct AppendValue {
    std::string& into;

    // A path or a reason may be in no charset at all.
    void operator()(std::string_view bytes) const {
        std::string text;
        utf8::append_leniently(text, bytes);
        append_json_string(into, text);
    }
    void operator()(std::uint64_t number) const { append_number(into, number); }
    void operator()(Duration duration) const { append_seconds(into, duration); }
};

}  // namespace

void JsonLines::append_head(std::string& into, const Record& record) {
    into.append(R"({"time":")");
    into.append(time_.of(record.time));
    into.append(R"(","run":")").append(run_);
    into.append(R"(","event":")").append(name(record.event)).push_back('"');
    if (record.connection > 0) {
        into.append(R"(,"conn":)");
        append_number(into, record.connection);
    }
    if (!record.peer.empty()) into.append(R"(,"peer":")").append(record.peer).push_back('"');
}

void JsonLines::append(std::string& into, const Record& record) {
    if (record.event == Event::message) {
        if (record.connection != head_connection_ || record.time != head_time_) {
            head_.clear();
            append_head(head_, record);
            head_connection_ = record.connection;
            head_time_ = record.time;
        }
        into.append(head_);
    } else {
        append_head(into, record);
    }
    if (record.content != nullptr) append_content(into, *record.content);
    for (const Detail& detail : record.details) {
        into.append(R"(,")").append(name(detail.key)).append(R"(":)");
        std::visit(AppendValue{into}, detail.value);
    }
    into.append("}\n");
}

}  // namespace hark
