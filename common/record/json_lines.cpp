#include "common/record/json_lines.hpp"

#include "common/text/base64.hpp"
#include "common/text/fixed_string.hpp"
#include "common/text/number.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <variant>

namespace hark {

namespace {

constexpr std::size_t FIXED_BYTES = 128;

// Which quotes surround a name: one that closes the preceding string, one that opens its own value.
enum Quotes : unsigned { none = 0, closes = 1, opens = 2 };

template <Key KEY>
constexpr auto MEMBER_TEXT = [] {
    constexpr std::string_view NAME = name(KEY);
    constexpr std::string_view BEFORE = R"(",")";
    constexpr std::string_view BEHIND = R"(":")";
    std::array<char, BEFORE.size() + NAME.size() + BEHIND.size()> text{};
    std::size_t size = 0;
    for (const std::string_view part : {BEFORE, NAME, BEHIND}) {
        for (const char c : part) text[size++] = c;
    }
    return text;
}();

// The text between the previous value and that of KEY, joined at compile time: `,"seq":`, or with
// both quotes `","event":"`.
template <Key KEY, unsigned QUOTES = none>
constexpr std::string_view MEMBER =
    std::string_view{MEMBER_TEXT<KEY>.data(), MEMBER_TEXT<KEY>.size()}.substr(
        (QUOTES & closes) != 0 ? 0 : 1, MEMBER_TEXT<KEY>.size() - ((QUOTES & closes) != 0 ? 0 : 1) -
                                            ((QUOTES & opens) != 0 ? 0 : 1));

void append_content_members(std::string& into, const Content& content) {
    ShortText<FIXED_BYTES> front;
    if (content.message > 0) front.append(MEMBER<Key::seq>).append_number(content.message);
    if (content.part > 0) front.append(MEMBER<Key::part>).append_number(content.part);
    if (content.more) front.append(MEMBER<Key::more>).append(FLAG_VALUE);
    into.append(front.append(MEMBER<Key::text>).view());
    append_json_string(into, content.text);

    ShortText<FIXED_BYTES> back;
    back.append(MEMBER<Key::charset, opens>).append(content.charset);
    back.append(MEMBER<Key::bytes, closes>).append_number(content.bytes);
    if (!content.exact) {
        into.append(back.append(MEMBER<Key::raw, opens>).view());
        append_base64(into, content.raw);
        back = {};
        back.append(R"(")");
    }
    if (content.message > 0) {
        back.append(MEMBER<Key::end, opens>).append(name(content.end)).append(R"(")");
    }
    into.append(back.view());
}

struct AppendValue {
    std::string& into;

    // A path or a reason may not be valid UTF-8.
    void operator()(std::string_view bytes) const {
        std::string text;
        utf8::append_leniently(text, bytes);
        append_json_string(into, text);
    }
    void operator()(std::uint64_t number) const { append_number(into, number); }
    void operator()(Duration duration) const { append_seconds(into, duration); }
    void operator()(bool) const { into.append(FLAG_VALUE); }
};

}  // namespace

void JsonLines::append_head(std::string& into, const Record& record) {
    into.append("{").append(MEMBER<Key::time, opens>.substr(1)).append(time_.of(record.time));
    into.append(MEMBER<Key::run, closes | opens>).append(run_);
    into.append(MEMBER<Key::event, closes | opens>).append(name(record.event)).push_back('"');
    if (record.connection > 0) {
        into.append(MEMBER<Key::conn>);
        append_number(into, record.connection);
    }
    if (!record.peer.text.empty()) {
        into.append(MEMBER<Key::peer, opens>).append(record.peer.text).push_back('"');
    }
    if (record.event == Event::message && !record.peer.certificate.empty()) {
        into.append(MEMBER<Key::cert>);
        append_json_string(into, record.peer.certificate);
    }
}

void JsonLines::append(std::string& into, const Record& record) {
    head_.append(into, record,
                 [this](std::string& text, const Record& of) { append_head(text, of); });
    if (record.content != nullptr) append_content_members(into, *record.content);
    for (const Detail& detail : record.details) {
        into.append(R"(,")").append(name(detail.key)).append(R"(":)");
        std::visit(AppendValue{into}, detail.value);
    }
    into.append("}\n");
}

}  // namespace hark
