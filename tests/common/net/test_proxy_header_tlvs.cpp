#include "tests/common/net/proxy_headers.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace hark::test;

namespace {

ProxyHeader with_vectors(const std::string& vectors) {
    const ProxyHeader header = good(version_2(PROXY, TCP4, INET + vectors));
    CHECK(client_of(header) == "192.0.2.7:51324");
    return header;
}
bool is_bad_with(const std::string& vectors) {
    return is_bad(version_2(PROXY, TCP4, INET + vectors));
}

}  // namespace

TEST_CASE("proxy header: TLVs of no interest") {
    for (int type = 0; type < 256; ++type) {
        if (type == 0x03 || type == 0x05 || type == 0x20) continue;
        const ProxyHeader header = with_vectors(vector_of(static_cast<char>(type), "\0\xFFx"s));
        CHECK(header.certificate.empty());
        CHECK(header.unique_id.empty());
    }
    CHECK(with_vectors(vector_of('\x04', "") + vector_of('\x04', "xyz") + vector_of('\x05', "id"))
              .unique_id == "id");
}

TEST_CASE("proxy header: TLVs that are cut off") {
    for (const std::string& vectors :
         {"\x04"s, "\x04\0"s, "\x04\0\x01"s, "\x04\x01\0x"s, vector_of('\x04', "x") + "\x04\0"s,
          vector_of('\x04', "x") + "\x01\xFF\xFF"s}) {
        CHECK(is_bad_with(vectors));
    }
}

TEST_CASE("proxy header: an identifier is UTF-8, or in hex") {
    const auto id = [](const std::string& value) {
        return with_vectors(vector_of('\x05', value)).unique_id;
    };
    CHECK(id("") == "");
    CHECK(id("C0000207:C87C_C6336401:223D_6B6E7F2A_0001") ==
          "C0000207:C87C_C6336401:223D_6B6E7F2A_0001");
    CHECK(id("你好") == "你好");
    CHECK(id("\x01\x02\0"s) == "\x01\x02\0"s);
    CHECK(id("\xDE\xFF\0\x0F"s) == "deff000f");
    CHECK(id(std::string(128, 'x')) == std::string(128, 'x'));
    CHECK(id(std::string(128, '\xFF')).size() == 256);
    CHECK(is_bad_with(vector_of('\x05', std::string(129, 'x'))));
}

TEST_CASE("proxy header: a checksum") {
    // Computed by another implementation, one that gives E3069283 for "123456789".
    const auto header = [](const std::string& checksum) {
        return version_2(PROXY, TCP4, INET + vector_of('\x03', checksum) + vector_of('\x05', "id"));
    };
    const std::string right = "\x2B\xAF\x4C\x32"s;
    CHECK(good(header(right)).unique_id == "id");
    for (std::size_t at = 0; at < 4; ++at) {
        std::string wrong = right;
        wrong[at] = static_cast<char>(wrong[at] ^ 0x10);
        CHECK(is_bad(header(wrong)));
    }
    CHECK(is_bad(header("\x32\x4C\xAF\x2B"s)));  // the other order
    CHECK(is_bad(header("")));
    CHECK(is_bad(header(right.substr(0, 3))));
    CHECK(is_bad(header(right + '\0')));
    // Any other byte that has changed.
    for (const std::size_t at : {16U, 27U, 39U}) {
        std::string bent = header(right);
        bent[at] = static_cast<char>(bent[at] ^ 1);
        CHECK(is_bad(bent));
    }
}

TEST_CASE("proxy header: a certificate's name, where it was shown and verified") {
    const auto name = [](char client, char verify, const std::string& inner) {
        return with_vectors(ssl(client, verify, inner)).certificate;
    };
    const std::string cn = common_name("pump-7.example");
    const std::string version = vector_of('\x21', "TLSv1.3");
    const std::string cipher = vector_of('\x23', "TLS_AES_256_GCM_SHA384");
    CHECK(name('\x07', '\0', version + cn + cipher) == "pump-7.example");
    CHECK(name('\x03', '\0', cn) == "pump-7.example");
    CHECK(name('\x05', '\0', cn) == "pump-7.example");  // it was shown earlier in the session
    CHECK(name('\x07', '\0', version) == "");
    CHECK(name('\x07', '\0', "") == "");
    CHECK(name('\x07', '\0', common_name("")) == "");
    CHECK(name('\x07', '\0', common_name("泵 7")) == "泵 7");
    CHECK(name('\x07', '\x01', cn) == "");
    CHECK(name('\x07', '\x12', cn) == "");
    CHECK(name('\x01', '\0', cn) == "");
    CHECK(name('\x00', '\0', cn) == "");
    CHECK(name('\x06', '\0', cn) == "");
    CHECK(name('\x07', '\0', cn + version) == "pump-7.example");
    // The verdict is four bytes.
    CHECK(with_vectors(vector_of('\x20', "\x07\x01\0\0\0"s + cn)).certificate == "");
    // A name outside of the TLV for SSL does not count.
    CHECK(with_vectors(cn).certificate == "");
}

TEST_CASE("proxy header: a certificate's name that would deceive") {
    for (const std::string& bad : {"good\0evil"s, "a\nb"s, "\r"s, "\x1B[2J"s, "\x7F"s, "caf\xE9"s,
                                   "\xC3"s, "\xED\xA0\x80"s}) {
        CHECK(is_bad_with(ssl('\x07', '\0', common_name(bad))));
        // If nobody has verified the name, it is not read.
        CHECK(with_vectors(ssl('\x07', '\x01', common_name(bad))).certificate == "");
    }
    CHECK(is_bad_with(vector_of('\x20', "")));
    CHECK(is_bad_with(vector_of('\x20', "\x07\0\0\0"s)));
    CHECK(is_bad_with(ssl('\x07', '\0', "\x22\0"s)));
    CHECK(is_bad_with(ssl('\x07', '\0', "\x22\0\x05name"s)));
    CHECK(is_bad_with(ssl('\x00', '\x01', "\x22\xFF\xFF"s)));
}
