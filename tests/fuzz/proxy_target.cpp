// The header of the PROXY protocol.
#include "common/net/proxy_header.hpp"
#include "common/text/utf8.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace hark::fuzz {

namespace {

using Verdict = ProxyHeader::Verdict;

bool same(const ProxyHeader& a, const ProxyHeader& b) {
    return a.verdict == b.verdict && a.size == b.size && a.local == b.local &&
           a.client == b.client && a.certificate == b.certificate && a.unique_id == b.unique_id;
}

void check_complete(std::string_view bytes, const ProxyHeader& header) {
    require(header.size > 0 && header.size <= bytes.size(), "a complete header has come");
    require(header.size <= ProxyHeader::MAX_SIZE, "a header has a bound");
    for (std::size_t size = 0; size < header.size; ++size) {
        require(ProxyHeader::parse(bytes.substr(0, size)).verdict == Verdict::more,
                "a header is complete with its last byte");
    }
    const std::string_view whole = bytes.substr(0, header.size);
    for (const std::string_view behind : {"", "\r\n", "PROXY ", "\xFF"}) {
        require(same(ProxyHeader::parse(std::string{whole}.append(behind)), header),
                "what stands behind a header changes nothing");
    }
    require(
        !header.local || (!header.client && header.certificate.empty() && header.unique_id.empty()),
        "a proxy that speaks for itself speaks for nobody");
    for (const std::string_view text : {header.certificate, header.unique_id}) {
        require(utf8::scan(text).valid == text.size(), "texts are UTF-8");
    }
    require(std::ranges::none_of(header.certificate,
                                 [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
            "a name has no controls");
}

}  // namespace

void proxy(std::string_view bytes) {
    const ProxyHeader header = ProxyHeader::parse(bytes);
    switch (header.verdict) {
        case Verdict::complete:
            check_complete(bytes, header);
            break;
        case Verdict::more:
            require(bytes.size() < ProxyHeader::MAX_SIZE, "a verdict does not wait for ever");
            break;
        case Verdict::bad:
            require(ProxyHeader::parse(std::string{bytes} + "\r\n").verdict == Verdict::bad,
                    "what is bad stays bad");
            break;
    }
}

}  // namespace hark::fuzz
