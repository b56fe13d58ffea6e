#include "tests/support/captured_session.hpp"
#include "tests/tools/control/fake_daemon.hpp"
#include "tools/top/top_printer.hpp"

#include <optional>

#include <doctest/doctest.h>

using namespace hark;
using test::Json;

namespace {

struct Printer : test::CapturedSession {
    void start() {
        options.control = daemon.path();
        options.json = true;
        printer.emplace(loop, options);
        printer->start();
    }
    void answer(double uptime, std::uint64_t clients) {
        static_cast<void>(daemon.call());
        Json status = test::plain_status();
        status["uptime"] = uptime;
        daemon.reply(status);
        static_cast<void>(daemon.call());
        Json all = Json::array();
        for (std::uint64_t id = 1; id <= clients; ++id) {
            all.push_back(test::plain_client(id));
            all.back()["messages"] = id * static_cast<std::uint64_t>(uptime);
        }
        daemon.reply({{"clients", all}});
    }
    // One line, parsed.
    [[nodiscard]] Json line() {
        await([this] { return output.text().ends_with('\n'); });
        return Json::parse(output.take());
    }
    [[nodiscard]] int ended() { return CapturedSession::ended(*printer); }

    test::FakeDaemon daemon{loop};
    TopOptions options;
    std::optional<TopPrinter> printer;
};

constexpr auto A_SECOND = std::chrono::milliseconds{1100};

}  // namespace

TEST_CASE("top printer: a line a second, the busiest first") {
    Printer top;
    top.start();
    top.daemon.accept();
    top.answer(10, 30);
    const Json first = top.line();
    CHECK(first["status"]["run"] == "5f3a9c01");
    CHECK(first["clients"].size() == 20);
    CHECK(first["clients"][0]["message_rate"] == 0);
    top.pass(A_SECOND);
    top.answer(12, 30);
    const Json second = top.line();
    CHECK(second["clients"][0]["id"] == 30);
    CHECK(second["clients"][0]["message_rate"] == 30);
    CHECK(second["clients"][19]["id"] == 11);
    ::raise(SIGTERM);
    CHECK(top.ended() == 128 + SIGTERM);
    CHECK(top.errors.take().empty());
}

TEST_CASE("top printer: nobody there at first ends it") {
    Printer top;
    top.daemon.close();
    top.start();
    CHECK(top.ended() == 3);
    CHECK(top.errors.take().starts_with("hark: cannot connect to the control socket"));
}

TEST_CASE("top printer: nobody there later is waited for, which is told once") {
    Printer top;
    top.start();
    top.daemon.accept();
    top.answer(10, 1);
    static_cast<void>(top.line());
    top.daemon.close();
    top.pass(A_SECOND);
    top.pass(A_SECOND);
    CHECK(top.errors.take() ==
          "hark: the daemon closed the connection\nhark: waiting for the daemon\n");
    top.daemon.listen();
    top.pass(A_SECOND);
    top.daemon.accept();
    top.answer(1, 2);
    CHECK(top.line()["clients"].size() == 2);
    CHECK_FALSE(top.printer->over());
}

TEST_CASE("top printer: a reader that has gone ends it") {
    Printer top;
    top.start();
    top.daemon.accept();
    top.output.close();
    top.answer(10, 1);
    CHECK(top.ended() == 0);
    CHECK(top.errors.take().empty());
}
