#include "daemon/confine/core_dumps.hpp"
#include "daemon/confine/privileges.hpp"
#include "tests/support/child.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace hark;
using test::in_child;

namespace {

// The value of a line in /proc/self/status.
std::string status_value(const std::string& name) {
    std::ifstream file{"/proc/self/status"};
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
    }
    return "none";
}

}  // namespace

TEST_CASE("privileges: accounts") {
    CHECK(find_account("root") == Account{.name = "root", .uid = 0, .gid = 0});
    CHECK_FALSE(find_account("no-such-user"));
    CHECK(runs_as({.name = "me", .uid = geteuid(), .gid = getegid()}));
    CHECK_FALSE(runs_as({.name = "other", .uid = geteuid() + 1, .gid = getegid()}));
}

TEST_CASE("privileges: root becomes another user for good") {
    if (geteuid() != 0) {
        MESSAGE("skipped: needs root");
        return;
    }
    const auto nobody = find_account("nobody");
    REQUIRE(nobody);
    CHECK(in_child([&] {
              become(*nobody);
              forbid_new_privileges();
              for (const char* const set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
                  if (status_value(set) != "0000000000000000") return 1;
              }
              if (status_value("NoNewPrivs") != "1") return 2;
              if (setuid(0) == 0 || setgid(0) == 0) return 3;
              uid_t real = 0;
              uid_t effective = 0;
              uid_t saved = 0;
              if (getresuid(&real, &effective, &saved) != 0) return 4;
              if (real != nobody->uid || effective != nobody->uid || saved != nobody->uid) return 5;
              return 0;
          }) == 0);
    // Even if the parent has asked to keep capabilities.
    CHECK(in_child([&] {
              prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
              become(*nobody);
              return status_value("CapPrm") == "0000000000000000" ? 0 : 1;
          }) == 0);
}

TEST_CASE("privileges: only root can become someone else") {
    const Account other{.name = "someone", .uid = 4711, .gid = 4711};
    CHECK(in_child([&] {
              if (geteuid() == 0 && setuid(65'534) != 0) return 1;
              try {
                  become(other);
              } catch (const std::runtime_error& problem) {
                  return std::string{problem.what()}.starts_with(
                             "cannot become user 'someone' without being root")
                             ? 0
                             : 2;
              }
              return 3;
          }) == 0);
}

TEST_CASE("core dumps: neither a file nor a handler gets one") {
    CHECK(in_child([] {
              forbid_core_dumps();
              rlimit limit{};
              if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0) return 1;
              if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 2;
              allow_core_dumps();
              return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1 ? 0 : 3;
          }) == 0);
}
