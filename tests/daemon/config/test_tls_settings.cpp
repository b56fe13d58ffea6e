// `tls` of a listener, and every message about a wrong one, with its place.
#include "daemon/config/config.hpp"
#include "tests/daemon/config/config_fixture.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct TlsSettingsTest : test::ConfigFixture {
    [[nodiscard]] static std::string listener(std::string_view tls) {
        return "[[listener]]\naddress = '[::]:1'\ntls = " + std::string{tls} + "\n";
    }
    // The messages, each with "\n" at its end.
    [[nodiscard]] std::string of(std::string_view toml) const {
        std::string all;
        for (const std::string& text : mistakes(toml)) all += text + "\n";
        return all;
    }
    [[nodiscard]] std::string of_tls(std::string_view tls) const { return of(listener(tls)); }
};

}  // namespace

TEST_CASE_FIXTURE(TlsSettingsTest, "config: tls of a listener") {
    const Config config =
        load(listener("{ certificate = 'c', key = 'k', client_ca = 'a', crl = 'r', "
                      "allow = ['*.example.org', 'urn:x'] }") +
             "[[listener]]\naddress = '[::]:2'\n[listener.tls]\ncertificate = 'd'\nkey = 'l'\n"
             "[[listener]]\naddress = '[::]:3'\n");
    REQUIRE(config.listeners.size() == 3);
    const TlsConfig& tls = config.listeners[0].tls.value();
    CHECK(tls.files == tls::ServerFiles{"c", "k", "a", "r"});
    CHECK(tls.allow == std::vector<std::string>{"*.example.org", "urn:x"});
    CHECK(tls.origin.text() == options.config.value() + ":3:7");
    CHECK(config.listeners[1].tls.value().files == tls::ServerFiles{"d", "l", "", ""});
    CHECK_FALSE(config.listeners[2].tls.has_value());
}

TEST_CASE_FIXTURE(TlsSettingsTest, "config: mistakes of tls") {
    CHECK(of_tls("{ certificate = 'c', key = 'k' }") == "");
    CHECK(of_tls("{ certificate = 'c', key = 'k', client_ca = 'a', crl = 'r' }") == "");
    CHECK(of_tls("{}") ==
          "3:7: tls has no certificate: expected the name of a file\n"
          "3:7: tls has no key: expected the name of a file\n");
    CHECK(of_tls("{ certificate = 'c' }") == "3:7: tls has no key: expected the name of a file\n");
    CHECK(of_tls("{ certificate = 'c', key = 5 }") == "3:34: key: expected a string, got 5\n");
    CHECK(of_tls("{ certificate = '', key = 'k' }") ==
          "3:23: certificate: expected the name of a file, got an empty string\n");
    // Not mistaken for a missing setting.
    CHECK(of_tls("{ certificate = 'c', key = 'k', client_ca = '', allow = ['a'] }") ==
          "3:51: client_ca: expected the name of a file, got an empty string\n");
    CHECK(of_tls("{ certificate = 'c', key = 'k', crl = 'r', allow = ['a'] }") ==
          "3:45: crl needs client_ca, the CA of the clients' certificates\n"
          "3:58: allow needs client_ca, the CA of the clients' certificates\n");
    CHECK(of_tls("{ certificate = 'c', key = 'k', client_ca = 'a', allow = ['ok', 'a..b'] }") ==
          "3:71: invalid name 'a..b': expected a name such as dev7.example.org, "
          "*.example.org, a URI, or sha256: and 64 hexadecimal digits in lower case\n");
    CHECK(of_tls("{ certificate = 'c', key = 'k', client_ca = 'a', allow = [] }") ==
          "3:64: allow: expected a string or an array of strings, got an empty array\n");
    CHECK(of_tls("{ certificate = 'c', key = 'k', certs = 'x' }") ==
          "3:39: unknown setting 'certs': expected one of: certificate, key, client_ca, crl, "
          "allow\n");
    CHECK(of_tls("{ certificate = 'c', key = 'k', client_cs = 'x' }") ==
          "3:39: unknown setting 'client_cs', did you mean 'client_ca'?\n");
    CHECK(of_tls("true") == "3:7: tls: expected [tls], got true\n");
    CHECK(of("tls = { certificate = 'c', key = 'k' }") ==
          "1:1: 'tls' is a setting of a [[listener]]: move it below one\n");
}
