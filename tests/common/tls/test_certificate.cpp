#include "common/tls/certificate.hpp"
#include "common/tls/context.hpp"
#include "tests/common/tls/made_certificates.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

TEST_CASE("certificate: its names, its end, and its key") {
    const test::Made made = test::make_certificate(
        {.common_name = "The name", .san = "DNS:b.org, URI:urn:c, IP:127.0.0.1, DNS:a.org"});
    const tls::Names names = tls::names_of(*made.certificate);
    CHECK(names.is_good);
    CHECK(names.dns == std::vector<std::string>{"b.org", "a.org"});
    CHECK(names.uris == std::vector<std::string>{"urn:c"});
    CHECK(names.common_name == "The name");
    CHECK(names.sha256.size() == 64);
    CHECK(names.sha256.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(tls::rsa_bits(*made.certificate) == 0);
    const auto left = tls::expiry_of(*made.certificate).value() - std::chrono::system_clock::now();
    CHECK(left > 3500s);
    CHECK(left < 3610s);
    CHECK(tls::rsa_bits(*test::make_certificate({.rsa_bits = 2048}).certificate) == 2048);
}

TEST_CASE("certificate: names that hide something are not good") {
    using namespace std::string_view_literals;
    for (const std::string_view name : {"a\0b.org"sv, "a\nb"sv, "a\x7F"sv, "\x1B[2J"sv}) {
        const test::Made made = test::make_certificate({.common_name = name});
        CHECK_FALSE(tls::names_of(*made.certificate).is_good);
    }
    const test::Made nobody = test::make_certificate({.common_name = ""});
    const tls::Names names = tls::names_of(*nobody.certificate);
    CHECK(names.is_good);
    CHECK(names.first().empty());
}

TEST_CASE("certificate: names that cannot be read are not good") {
    const test::Made made = test::make_certificate({.san = "DNS:a.org"});
    X509_EXTENSION* const second =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:b.org");
    X509_add_ext(made.certificate.get(), second, -1);
    X509_EXTENSION_free(second);
    CHECK_FALSE(tls::names_of(*made.certificate).is_good);
}

TEST_CASE("context: what it says of its files") {
    const test::TemporaryFolder folder;
    write_files(test::make_certificate({.rsa_bits = 2048}), folder);
    const tls::ServerFiles files{.certificate = folder / "server.pem",
                                 .key = folder / "server.key"};
    const tls::ServerContext context{files, {"a.org"}};
    CHECK(context.rsa_bits() == 2048);
    CHECK(context.expiry().has_value());
    CHECK_FALSE(context.requires_certificate());
    CHECK(context.allow() == std::vector<std::string>{"a.org"});

    const auto problem = [&](const tls::ServerFiles& bad) -> std::string {
        try {
            const tls::ServerContext unused{bad, {}};
        } catch (const tls::ContextError& error) {
            return error.what();
        }
        return "none";
    };
    tls::ServerFiles bad = files;
    bad.certificate = folder / "none";
    CHECK(problem(bad) ==
          "cannot use the certificate " + bad.certificate + ": No such file or directory");
    bad = files;
    bad.key = files.certificate;
    CHECK(problem(bad).starts_with("cannot use the key " + bad.key));
    const test::TemporaryFolder other;
    write_files(test::make_certificate(), other);
    bad.key = other / "server.key";
    CHECK(problem(bad) == "cannot use the key " + bad.key +
                              ": it does not belong to the certificate " + bad.certificate);
    bad = files;
    bad.client_ca = files.key;
    CHECK(problem(bad).ends_with("(expected certificates in PEM)"));
    bad.client_ca = files.certificate;
    CHECK(problem(bad) == "none");
    bad.crl = files.certificate;
    CHECK(problem(bad).ends_with("(expected a list in PEM)"));
}
