#include "common/framing/protocol_sniffer.hpp"
#include "common/protocol/bye.hpp"
#include "common/text/charset.hpp"
#include "tools/bench/corpus.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

constexpr std::array<std::string_view, 4> ENDS{"\n", "\r\n", {"\0", 1}, ""};

// The messages without their terminators, which must be there.
std::vector<std::string_view> messages_of(const Corpus& corpus, std::string_view end) {
    std::vector<std::string_view> messages;
    for (std::size_t at = 0; at < corpus.bytes().size(); at += corpus.stride()) {
        std::string_view message = corpus.bytes().substr(at, corpus.stride());
        REQUIRE(message.ends_with(end));
        message.remove_suffix(end.size());
        messages.push_back(message);
    }
    return messages;
}

std::string charset_of(std::string_view message) {
    CharsetDecoder decoder;
    Proof proof = Proof::none;
    return std::string{
        decoder.decode(message, Place::beginning, CharsetMode::automatic, Evidence::whole, proof)
            .charset};
}

}  // namespace

TEST_CASE("every message has its size and its charset, and is a message") {
    constexpr std::array CHARSETS{charset::UTF8, charset::UTF8, charset::GB18030, charset::BYTES};
    for (std::size_t kind = 0; kind < LOAD_CHARSETS.size(); ++kind) {
        const auto charset = static_cast<LoadCharset>(kind);
        for (std::size_t framing = 0; framing < LOAD_FRAMINGS.size(); ++framing) {
            for (const std::size_t more : {0U, 1U, 2U, 3U, 4U, 5U, 17U, 18U, 60U, 1023U, 5000U}) {
                const std::size_t size = least_size(charset) + more;
                const Corpus corpus{charset, static_cast<LoadFraming>(framing), size};
                CAPTURE(LOAD_CHARSETS[kind]);
                CAPTURE(LOAD_FRAMINGS[framing]);
                CAPTURE(size);
                bool all = true;
                for (const std::string_view message : messages_of(corpus, ENDS[framing])) {
                    all = all && message.size() == size && charset_of(message) == CHARSETS[kind] &&
                          message.find_first_of(std::string_view{"\n\r\0\xFF", 4}) ==
                              std::string_view::npos &&
                          !needs_escape(message) && message.front() != ' ';
                }
                CHECK(all);
            }
        }
    }
}

TEST_CASE("Chinese messages hold no more ASCII than they must") {
    for (const LoadCharset charset : {LoadCharset::chinese, LoadCharset::gbk}) {
        const Corpus corpus{charset, LoadFraming::none, 60};
        bool all = true;
        for (const char byte : corpus.bytes()) all = all && static_cast<unsigned char>(byte) > 127;
        CHECK(all);
    }
}

TEST_CASE("messages differ, and are the same each time") {
    const Corpus corpus{LoadCharset::ascii, LoadFraming::lf, 64};
    const auto messages = messages_of(corpus, "\n");
    CHECK(messages.size() == corpus.messages());
    CHECK(messages.size() >= 300);
    CHECK(std::set<std::string_view>{messages.begin(), messages.end()}.size() == messages.size());
    CHECK(Corpus{LoadCharset::ascii, LoadFraming::lf, 64}.bytes() == corpus.bytes());
}

TEST_CASE("the longest messages take a bounded amount of memory") {
    const Corpus corpus{LoadCharset::gbk, LoadFraming::crlf, MAX_LOAD_MESSAGE};
    CHECK(corpus.messages() == 8);
    CHECK(corpus.bytes().size() == 8 * (MAX_LOAD_MESSAGE + 2));
}
