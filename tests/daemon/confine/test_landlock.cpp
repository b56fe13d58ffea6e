#include "daemon/confine/landlock.hpp"
#include "daemon/confine/privileges.hpp"
#include "tests/daemon/confine/error_of.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temporary_folder.hpp"

#include <array>
#include <functional>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace hark;
using test::error_of;
using test::in_child;

namespace {

struct LandlockTest {
    LandlockTest() {
        REQUIRE(mkdir(inside.c_str(), 0755) == 0);
        test::write_file(inside + "/old", "old");
        test::write_file(outside + "/there", "there");
    }
    // What `run` returns when only `inside` and /dev/null are writable.
    [[nodiscard]] int limited(const std::function<int()>& run) const {
        return in_child([&] {
            forbid_new_privileges();
            const std::array folders{inside, std::string{"/no/such/folder"}};
            const std::array files{std::string{"/dev/null"}};
            return restrict_writing(folders, files) == 0 ? run() : 255;
        });
    }
    [[nodiscard]] bool is_available() const {
        const bool available = limited([] { return 0; }) == 0;
        if (!available) MESSAGE("skipped: the kernel has no Landlock");
        return available;
    }
    [[nodiscard]] int error_of_open(const std::string& path, int flags) const {
        return limited([&] { return error_of(open(path.c_str(), flags, 0600)); });
    }

    test::TemporaryFolder folder;
    std::string outside = folder / "";
    std::string inside = folder / "inside";
};

}  // namespace

TEST_CASE_FIXTURE(LandlockTest, "landlock: writing is for the folders alone") {
    if (!is_available()) return;
    CHECK(error_of_open(inside + "/old", O_WRONLY | O_APPEND) == 0);
    CHECK(error_of_open(inside + "/old", O_WRONLY | O_TRUNC) == 0);
    CHECK(error_of_open(inside + "/new", O_WRONLY | O_CREAT) == 0);
    CHECK(error_of_open("/dev/null", O_RDWR) == 0);
    CHECK(error_of_open(outside + "/there", O_WRONLY) == EACCES);
    CHECK(error_of_open(outside + "/new", O_WRONLY | O_CREAT) == EACCES);
    CHECK(limited([&] { return error_of(unlink((outside + "/there").c_str())); }) == EACCES);
    CHECK(limited([&] { return error_of(mkdir((outside + "/new").c_str(), 0700)); }) == EACCES);
}

TEST_CASE_FIXTURE(LandlockTest, "landlock: reading and executing stay as they were") {
    if (!is_available()) return;
    CHECK(error_of_open(outside + "/there", O_RDONLY) == 0);
    CHECK(error_of_open("/", O_RDONLY | O_DIRECTORY) == 0);
    CHECK(limited([] {
              execl("/bin/true", "true", nullptr);
              return errno;
          }) == 0);
}

TEST_CASE_FIXTURE(LandlockTest, "landlock: what rotation and the control socket need") {
    if (!is_available()) return;
    CHECK(limited([&] {
              const std::string old = inside + "/old";
              if (rename(old.c_str(), (inside + "/old.1").c_str()) != 0) return errno;
              const int fd = open(old.c_str(), O_RDWR | O_CREAT | O_EXCL, 0640);
              if (fd < 0 || ftruncate(fd, 0) != 0) return errno;
              return error_of(unlink((inside + "/old.1").c_str()));
          }) == 0);
    CHECK(limited([&] {
              sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
              (inside + "/control").copy(address.sun_path, sizeof address.sun_path - 1);
              const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
              // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
              if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
                  return errno;
              }
              if (chmod(address.sun_path, 0660) != 0) return errno;
              return error_of(unlink(address.sun_path));
          }) == 0);
}

TEST_CASE_FIXTURE(LandlockTest, "landlock: a file that is open stays usable") {
    if (!is_available()) return;
    const int fd = open((outside + "/there").c_str(), O_RDWR | O_APPEND);
    REQUIRE(fd >= 0);
    CHECK(limited([&] {
              if (write(fd, "more", 4) != 4 || fdatasync(fd) != 0) return errno;
              return error_of(ftruncate(fd, 1));
          }) == 0);
    close(fd);
}
