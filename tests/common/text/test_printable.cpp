#include "common/text/charset.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"
#include "tests/common/text/naive.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

using namespace hark;

namespace {

std::string as_shown(std::string_view text) {
    std::string line = "-";
    append_printable(line, text);
    return line.substr(1);
}

std::string json(std::string_view text) {
    std::string string = "-";
    append_json_string(string, text);
    return string.substr(1);
}

bool shows_nothing_unsafe(std::string_view text) {
    while (!text.empty()) {
        const utf8::Character next = utf8::first(text);
        if (is_unsafe(next.code)) return false;
        text.remove_prefix(next.length);
    }
    return true;
}

}  // namespace

TEST_CASE("printable: what is unsafe") {
    std::set<char32_t> expected{0x7F,   0x200B, 0x200E, 0x200F, 0x2028, 0x2029,
                                0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060,
                                0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF};
    for (char32_t code = 0; code < 0x20; ++code) expected.insert(code);
    for (char32_t code = 0x80; code < 0xA0; ++code) expected.insert(code);
    std::size_t wrong = 0;
    for (char32_t code = 0; code < 0x110000; ++code) {
        if (is_unsafe(code) != expected.contains(code)) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("printable: one line for people") {
    CHECK(as_shown("") == "");
    CHECK(as_shown("a \\ \" 中文 é \U0001F600") == "a \\ \" 中文 é \U0001F600");
    CHECK(as_shown("\t\n\r\x1B[2J\x7F") == "\\t\\n\\r\\x1b[2J\\x7f");
    CHECK(as_shown(std::string_view("\0\b\f", 3)) == "\\x00\\x08\\x0c");
    CHECK(as_shown("\u0080\u0085\u009F\u00A0") == "\\u0080\\u0085\\u009f\u00A0");
    CHECK(as_shown("中\u200B文\u202E\uFEFF") == "中\\u200b文\\u202e\\ufeff");
    CHECK(as_shown("a\uFFFD") == "a\uFFFD");
    CHECK(as_shown("\u200C\u200D") == "\u200C\u200D");
}

TEST_CASE("printable: a JSON string") {
    CHECK(json("") == "\"\"");
    CHECK(json("中文") == "\"中文\"");
    CHECK(json("\"\\/\t\n\r\b\f") == R"("\"\\/\t\n\r\b\f")");
    CHECK(json(std::string_view("\0\x1B\x7F", 3)) == R"("\u0000\u001b\u007f")");
    CHECK(json("\u0085\u2028\u2066\uFEFF") == R"("\u0085\u2028\u2066\ufeff")");
    CHECK(json("a\uFFFD") == R"("a\ufffd")");
    CHECK(json("\U0001F600\uFFFE") == "\"\U0001F600\uFFFE\"");
}

TEST_CASE("printable: every character at every place of a block") {
    std::size_t wrong = 0;
    for (std::size_t place = 0; place < 40; ++place) {
        for (char32_t code = 0; code < 0x100; ++code) {
            const std::string before(place, 'a');
            const std::string text = before + naive::utf8(code) + std::string(40, 'z');
            const std::string between = json(text).substr(1 + place);
            const bool escaped = between.front() == '\\';
            const bool expected = is_unsafe(code) || code == '"' || code == '\\';
            if (escaped != expected || nlohmann::json::parse(json(text)) != text) ++wrong;
            if ((as_shown(text) != text) != is_unsafe(code)) ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("printable: every character as JSON") {
    std::size_t wrong = 0;
    std::string text;
    for (char32_t code = 0; code < 0x110000; ++code) {
        if (naive::is_scalar(code)) naive::append_utf8(text, code);
        if (code % 0x1000 != 0xFFF) continue;
        const std::string string = json(text);
        if (nlohmann::json::parse(string) != text || !shows_nothing_unsafe(string)) ++wrong;
        text.clear();
    }
    CHECK(wrong == 0);
}

TEST_CASE("printable: whatever a peer sends") {
    CharsetDecoder decoder;
    CHECK(rc::check("is JSON that gives the text back, and shows nothing unsafe", [&decoder] {
        const std::string bytes = *naive::bytes();
        Proof proof = *rc::gen::element(Proof::none, Proof::utf8, Proof::gb18030);
        const std::string text(
            decoder.decode(bytes, Place::beginning, CharsetMode::automatic, Evidence::whole, proof)
                .text);
        const std::string string = json(text);
        RC_ASSERT(nlohmann::json::parse(string).get<std::string>() == text);
        RC_ASSERT(shows_nothing_unsafe(string));
        RC_ASSERT(string.find(utf8::REPLACEMENT) == string.npos);
        RC_ASSERT(shows_nothing_unsafe(as_shown(text)));
    }));
}

TEST_CASE("printable: bytes that may be anything become one line") {
    CHECK(printable("/var/log/hark.jsonl") == "/var/log/hark.jsonl");
    CHECK(printable("a\nb\x1b[31m\xC4\xE3") == "a\\nb\\x1b[31m\uFFFD\uFFFD");
    CHECK(printable("中文") == "中文");
}
