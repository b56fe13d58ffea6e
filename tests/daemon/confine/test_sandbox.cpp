#include "daemon/confine/sandbox.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temporary_folder.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace hark;
using test::in_child;

TEST_CASE("sandbox: before it is entered, everything may be written") {
    CHECK(Sandbox{}.may_write("/anywhere/at/all"));
}

TEST_CASE("sandbox: knows where it lets files be written") {
    const test::TemporaryFolder folder;
    for (const char* const name : {"logs", "logs/below", "logs2", "target"}) {
        REQUIRE(mkdir((folder / name).c_str(), 0755) == 0);
    }
    test::write_file(folder / "target/log", "");
    REQUIRE(symlink((folder / "target/log").c_str(), (folder / "logs/link").c_str()) == 0);
    CHECK(in_child([&] {
              Sandbox sandbox;
              sandbox.add_folder_of(folder / "logs/link");
              const Sandbox::Outcome outcome = sandbox.enter();
              if (!outcome.failed.empty()) return 1;
              if (!outcome.missing.empty()) return 0;
              if (!sandbox.may_write(folder / "logs/a")) return 2;
              if (!sandbox.may_write(folder / "logs/below/a")) return 3;
              if (!sandbox.may_write(folder / "target/a")) return 4;
              if (sandbox.may_write(folder / "logs2/a")) return 5;
              if (sandbox.may_write(folder / "logs/../a")) return 6;
              if (!sandbox.may_write(folder / "none/a")) return 7;
              // may_write() is right.
              if (open((folder / "logs/link").c_str(), O_WRONLY) < 0) return 8;
              if (open((folder / "logs2/a").c_str(), O_WRONLY | O_CREAT, 0600) >= 0) return 9;
              return 0;
          }) == 0);
}
