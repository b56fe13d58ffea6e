#include "common/stream/stream_file.hpp"
#include "common/stream/stream_settings.hpp"
#include "tests/support/temporary_folder.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace hark;

namespace {

constexpr std::string_view GOOD = "servers = ['10.0.0.1']\nsubject = 'hark.site7'\n";

struct StreamSettingsTest {
    [[nodiscard]] StreamConfig load(const std::string& toml) const {
        test::write_file(path, toml);
        return read_stream_config(path, "harkd.toml");
    }
    // What is wrong, without the file's name; empty: nothing.
    [[nodiscard]] std::string wrong(const std::string& toml) const {
        try {
            static_cast<void>(load(toml));
            return {};
        } catch (const std::runtime_error& problem) {
            const std::string text = problem.what();
            return text.starts_with("harkd.toml:") ? text.substr(11) : text;
        }
    }
    // The same for a line in a [nats] that is good otherwise.
    [[nodiscard]] std::string wrong_in_table(std::string_view line) const {
        std::string good{GOOD};
        if (line.starts_with("servers")) good = "subject = 'hark.site7'\n";
        if (line.starts_with("subject")) good = "servers = ['10.0.0.1']\n";
        return wrong("log = 'nats:HARK'\n[nats]\n" + std::string{line} + "\n" + good);
    }

    test::TemporaryFolder folder;
    std::string path = folder / "harkd.toml";
};

}  // namespace

TEST_CASE_FIXTURE(StreamSettingsTest, "stream settings: all of them") {
    test::write_file(folder / "secret", "s3cret\nsecond line\n");
    const StreamConfig stream = load(
        "log = ['console', 'nats:HARK']\n[nats]\nservers = ['10.0.0.1', 'n2:4223']\n"
        "subject = 'hark.site7'\nreplicas = 5\nuser = 'harkd'\npassword_file = '" +
        (folder / "secret") + "'\ntls = { server_name = 'nats.example.org' }\n");
    CHECK(stream.stream == "HARK");
    CHECK(stream.subject == "hark.site7");
    CHECK(stream.replicas == 5);
    REQUIRE(stream.servers.servers.size() == 2);
    CHECK(stream.servers.servers[0].text() == "10.0.0.1:4222");
    CHECK(stream.servers.servers[1].text() == "n2:4223");
    CHECK(stream.servers.user == "harkd");
    CHECK(stream.servers.password == "s3cret");
    CHECK(stream.servers.tls.enabled);
    CHECK(stream.servers.tls.server_name == "nats.example.org");
    CHECK(stream.tls != nullptr);
    CHECK(load("log = 'nats:HARK'\n[nats]\n" + std::string{GOOD}).replicas == 3);
}

TEST_CASE_FIXTURE(StreamSettingsTest, "stream settings: mistakes, with their place") {
    CHECK(wrong_in_table("servers = []") != "");
    CHECK(wrong_in_table("servers = ['a b']") ==
          "3:12: invalid server 'a b': expected HOST or HOST:PORT, such as 10.0.0.1:4222");
    CHECK(wrong_in_table("servers = ['a:4222', 'a']") == "3:22: duplicate server a:4222");
    for (const char* const subject : {"", "hark.>", "*.a", "a..b", ".a", "a.", "a b", "$JS.a"}) {
        CAPTURE(subject);
        CHECK(wrong_in_table("subject = '" + std::string{subject} + "'")
                  .starts_with("3:11: invalid subject '"));
    }
    CHECK(wrong_in_table("replicas = 0") != "");
    CHECK(wrong_in_table("replicas = 6") != "");
    CHECK(wrong_in_table("user = 'u'") == "3:8: user needs password or password_file");
    CHECK(wrong_in_table("password = 'p'") == "3:12: password needs user");
    CHECK(wrong_in_table("user = 'u'\npassword = 'p'\npassword_file = '/x'") ==
          "5:17: password and password_file: expected only one of them");
    CHECK(wrong_in_table("token = 't'\ntoken_file = '/x'") ==
          "4:14: token and token_file: expected only one of them");
    CHECK(wrong_in_table("user = 'u'\npassword = 'p'\ntoken = 't'") ==
          "5:9: user and token: expected only one of them");
    CHECK(wrong_in_table("token = ''") == "3:9: token: expected a non-empty string");
    CHECK(wrong_in_table("tls = { certificate = '/x' }") ==
          "3:7: certificate and key go together: expected both, or neither");
    CHECK(wrong_in_table("colour = 'blue'").starts_with("3:1: unknown setting 'colour'"));
    CHECK(wrong("log = 'nats:HARK'\n[nats]\nsubject = 'a'\n") == "2:1: [nats] has no servers");
    CHECK(wrong("log = 'console'\n[nats]\n" + std::string{GOOD})
              .starts_with("harkd.toml does not log to a stream"));
    CHECK(wrong("log = 'nats:HARK'\n").starts_with("harkd.toml does not log to a stream"));
}

TEST_CASE_FIXTURE(StreamSettingsTest, "stream settings: files that cannot be used") {
    CHECK(wrong_in_table("token_file = '/nowhere'") ==
          "2:1: cannot read /nowhere: No such file or directory");
    test::write_file(folder / "empty", "\n");
    CHECK(wrong_in_table("token_file = '" + (folder / "empty") + "'").find("contains no secret") !=
          std::string::npos);
    CHECK(wrong_in_table("tls = { ca = '/nowhere' }") ==
          "2:1: cannot use the CA file /nowhere: No such file or directory");
}

TEST_CASE("stream settings: names") {
    for (const char* const name : {"HARK", "hark_1", "a-b", "日志"}) {
        CAPTURE(name);
        CHECK(is_stream_name(name) == (std::string_view{name} != "日志"));
    }
    for (const char* const name : {"", "a.b", "a b", "a*", ">", "a/b", "a\\b"}) {
        CAPTURE(name);
        CHECK_FALSE(is_stream_name(name));
    }
    CHECK(is_subject("hark.site7", false));
    CHECK_FALSE(is_subject("hark.>", false));
    CHECK(is_subject("hark.>", true));
}
