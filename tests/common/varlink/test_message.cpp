#include "common/varlink/control_path.hpp"
#include "common/varlink/json.hpp"
#include "common/varlink/message.hpp"
#include "common/varlink/stream.hpp"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::string_view_literals;
using varlink::Json;

namespace {

template <typename Message>
std::string bytes_of(const Message& message) {
    std::string bytes;
    varlink::append(bytes, message);
    REQUIRE(bytes.back() == '\0');
    bytes.pop_back();
    return bytes;
}

}  // namespace

TEST_CASE("varlink: a call there and back") {
    const varlink::Call call{.method = "org.harkd.Say",
                             .parameters = Json{{"client", 3}, {"text", "你好"}},
                             .more = true};
    CHECK(bytes_of(call) ==
          R"({"method":"org.harkd.Say","parameters":{"client":3,"text":"你好"},"more":true})");
    const auto read = varlink::parse_call(bytes_of(call));
    REQUIRE(read);
    CHECK(read->method == call.method);
    CHECK(*read->parameters == *call.parameters);
    CHECK(read->more);
    CHECK_FALSE(read->oneway);
}

TEST_CASE("varlink: a reply there and back") {
    const varlink::Reply reply{
        .parameters = Json{{"limit", 64}}, .error = "org.harkd.TooMany", .continues = true};
    const auto read = varlink::parse_reply(bytes_of(reply));
    REQUIRE(read);
    CHECK(*read->parameters == *reply.parameters);
    CHECK(read->error == reply.error);
    CHECK(read->continues);
    CHECK(bytes_of(varlink::Reply{}) == R"({"parameters":{}})");
}

TEST_CASE("varlink: what may be left out, or be null") {
    const auto call = varlink::parse_call(
        R"({"method":"a.B","parameters":null,"more":null,"oneway":false,"more_to_come":1})");
    REQUIRE(call);
    CHECK(*call->parameters == Json::object());
    CHECK(varlink::parse_reply("{}"));
}

TEST_CASE("varlink: what is no message") {
    for (const auto nonsense :
         {""sv, "x"sv, "[]"sv, "null"sv, "{}"sv, R"({"method":1})"sv, R"({"method":"a.B")"sv,
          R"({"method":"a.B","parameters":[]})"sv, R"({"method":"a.B","more":1})"sv,
          R"({"method":"a.B","oneway":"yes"})"sv, "{\"method\":\"a\xFF\"}"sv}) {
        CHECK_FALSE(varlink::parse_call(nonsense));
    }
    for (const auto nonsense :
         {""sv, "[]"sv, R"({"error":1})"sv, R"({"continues":1})"sv, R"({"parameters":"x"})"sv}) {
        CHECK_FALSE(varlink::parse_reply(nonsense));
    }
    CHECK_FALSE(varlink::parse_call(std::string(60'000, '{')));
    CHECK_FALSE(varlink::parse_call(std::string(60'000, '[')));
    std::string nested = R"({"method":"a.B","parameters":{"x":)";
    nested.append(20'000, '[').append(20'000, ']').append("}}");
    CHECK(varlink::parse_call(nested));
}

TEST_CASE("varlink: a call of nothing but members is none") {
    std::string few = R"({"method":"a.B","parameters":{"x":0)";
    std::string many = few;
    for (int count = 0; count < 200; ++count) few += ",\"" + std::to_string(count) + "\":0";
    for (int count = 0; count < 5000; ++count) many += ",\"" + std::to_string(count) + "\":0";
    CHECK(varlink::parse_call(few + "}}"));
    CHECK_FALSE(varlink::parse_call(many + "}}"));
    // A text may have as many quotes as it likes.
    std::string text = R"({"method":"a.B","parameters":{"x":")";
    for (int count = 0; count < 5000; ++count) text += "\\\"\\\\";
    CHECK(varlink::parse_call(text + "\"}}"));
}

TEST_CASE("varlink: what is no UTF-8 is replaced, not thrown at") {
    CHECK(bytes_of(varlink::Reply{.parameters = Json{{"parameter", "a\xFF"}}}) ==
          R"({"parameters":{"parameter":"a�"}})");
}

TEST_CASE("varlink: messages are found, however they are split over reads") {
    CHECK(rc::check([](const std::vector<std::string>& given) {
        std::vector<std::string> messages;
        std::string stream;
        for (std::string message : given) {
            std::erase(message, '\0');
            stream.append(message).push_back('\0');
            messages.push_back(std::move(message));
        }
        varlink::MessageSplitter splitter{1000};
        std::vector<std::string> found;
        for (std::size_t begin = 0; begin < stream.size();) {
            const auto size = *rc::gen::inRange<std::size_t>(1, 20);
            RC_ASSERT(splitter.add(std::string_view{stream}.substr(begin, size)));
            begin += size;
            while (const auto message = splitter.next()) found.emplace_back(*message);
        }
        RC_ASSERT(found == messages);
    }));
}

TEST_CASE("varlink: a message has an end, or is too long") {
    varlink::MessageSplitter splitter{10};
    CHECK(splitter.add("12345"sv));
    CHECK_FALSE(splitter.next());
    CHECK(splitter.add("67890"sv));
    CHECK(splitter.add("\0abc"sv));
    CHECK(splitter.next() == "1234567890"sv);
    CHECK_FALSE(splitter.add("defghijkl"sv));
}

TEST_CASE("varlink: the interface is carried") {
    const std::string_view text{varlink::INTERFACE};
    CHECK(text.find("\ninterface org.harkd\n") != std::string_view::npos);
    CHECK(text.ends_with(")\n"));
}

TEST_CASE("control path: the service's folder, then the user's own") {
    ::setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
    CHECK(control_paths() ==
          std::vector<std::string>{"/run/harkd/control", "/run/user/1000/harkd/control"});
    ::setenv("XDG_RUNTIME_DIR", "relative", 1);
    CHECK(control_paths() == std::vector<std::string>{"/run/harkd/control"});
    ::unsetenv("XDG_RUNTIME_DIR");
    CHECK(control_paths() == std::vector<std::string>{"/run/harkd/control"});
}
