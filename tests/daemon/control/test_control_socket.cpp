#include "common/sys/error.hpp"
#include "daemon/control/control_socket.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/unix_sockets.hpp"

#include <filesystem>

#include <doctest/doctest.h>
#include <sys/stat.h>

using namespace hark;
using test::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

// Why it cannot listen there; 0: it can.
int error_at(const std::string& path) {
    try {
        const ControlSocket socket{path};
        return 0;
    } catch (const SystemError& error) {
        CHECK(std::string{error.what()}.starts_with("cannot listen on " + path));
        return error.error();
    }
}

// The socket of a running daemon, or, once it is closed, what a killed one leaves.
UniqueFd bound_at(const std::string& path, bool listens) {
    UniqueFd socket{test::checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    const UnixAddress address = test::unix_address(path);
    test::checked(::bind(socket.get(), address.raw(), address.size), "bind");
    if (listens) test::checked(::listen(socket.get(), 0), "listen");
    return socket;
}

bool can_connect(const std::string& path) {
    UniqueFd socket;
    return connect_unix(test::unix_address(path), SOCK_STREAM, socket) == 0;
}

unsigned mode_of(const std::string& path) {
    struct stat status {};
    test::checked(::stat(path.c_str(), &status), "stat");
    return status.st_mode & 07777;
}

struct RuntimeFolder {
    RuntimeFolder() { ::setenv("XDG_RUNTIME_DIR", (folder / "").c_str(), 1); }
    ~RuntimeFolder() { ::unsetenv("XDG_RUNTIME_DIR"); }
    TemporaryFolder folder;
};

}  // namespace

TEST_CASE("control socket: is there while it lives") {
    const TemporaryFolder folder;
    const std::string path = folder / "control";
    {
        const ControlSocket socket{path};
        CHECK(socket);
        CHECK(socket.path() == path);
        CHECK(can_connect(path));
    }
    CHECK_FALSE(fs::exists(fs::symlink_status(path)));
    CHECK_FALSE(ControlSocket{});
}

TEST_CASE("control socket: who may connect") {
    const TemporaryFolder folder;
    const std::string path = folder / "control";
    ControlSocket socket{path};
    socket.allow(std::nullopt, false);
    CHECK(mode_of(path) == 0660);
    socket.allow(std::nullopt, true);
    CHECK(mode_of(path) == 0666);
    socket.allow(::getegid(), false);
    CHECK(mode_of(path) == 0660);
    ControlSocket{}.allow(std::nullopt, true);
    CHECK(mode_of(path) == 0660);
}

TEST_CASE("control socket: one that is in use is left alone") {
    const TemporaryFolder folder;
    const std::string path = folder / "control";
    const UniqueFd other = bound_at(path, true);
    CHECK(error_at(path) == EADDRINUSE);
    // Also when its queue is full.
    while (true) {
        UniqueFd waiting;
        if (const int error = connect_unix(test::unix_address(path), SOCK_STREAM, waiting);
            error != 0) {
            CHECK(error == -EAGAIN);
            break;
        }
        static_cast<void>(waiting.release());
    }
    CHECK(error_at(path) == EADDRINUSE);
    CHECK(fs::is_socket(path));
}

TEST_CASE("control socket: what a killed daemon has left is taken over") {
    const TemporaryFolder folder;
    const std::string path = folder / "control";
    bound_at(path, true).reset();
    REQUIRE(fs::is_socket(path));
    const ControlSocket socket{path};
    CHECK(can_connect(path));
}

TEST_CASE("control socket: what is no socket is nobody's to take") {
    const TemporaryFolder folder;
    const std::string path = folder / "control";
    test::write_file(path, "precious");
    CHECK(error_at(path) == EADDRINUSE);
    CHECK(test::file_text(path) == "precious");
    fs::create_directory(folder / "directory");
    CHECK(error_at(folder / "directory") == EADDRINUSE);
    // A link to a leftover socket is not followed.
    bound_at(folder / "left", true).reset();
    fs::create_symlink(folder / "left", folder / "link");
    CHECK(error_at(folder / "link") == EADDRINUSE);
    CHECK(fs::is_socket(folder / "left"));
}

TEST_CASE("control socket: places that cannot be") {
    const TemporaryFolder folder;
    CHECK(error_at(folder / std::string(200, 'x')) == ENAMETOOLONG);
    CHECK(error_at("") == EINVAL);
    CHECK(error_at(folder / "missing/control") == ENOENT);
}

TEST_CASE("control socket: another's in its place is not taken away") {
    const TemporaryFolder folder;
    const std::string path = folder / "control";
    UniqueFd other;
    {
        const ControlSocket socket{path};
        fs::remove(path);
        other = bound_at(path, true);
    }
    CHECK(can_connect(path));
    {
        fs::remove(path);
        const ControlSocket socket{path};
        fs::remove(path);
        test::write_file(path, "precious");
    }
    CHECK(test::file_text(path) == "precious");
}

TEST_CASE("control socket: moved, it is one") {
    const TemporaryFolder folder;
    const std::string one = folder / "one";
    const std::string two = folder / "two";
    ControlSocket first{one};
    ControlSocket moved{std::move(first)};
    CHECK(can_connect(one));
    ControlSocket second{two};
    second = std::move(moved);
    CHECK(second.path() == one);
    CHECK(can_connect(one));
    CHECK_FALSE(fs::exists(two));
    second = ControlSocket{};
    CHECK_FALSE(fs::exists(one));
}

TEST_CASE_FIXTURE(RuntimeFolder,
                  "control socket: the user's own folder is made where it is missing" *
                      doctest::skip(::geteuid() == 0)) {
    std::string problem;
    const ControlSocket socket = ControlSocket::at_default_path(problem);
    CHECK(socket.path() == (folder / "/harkd/control"));
    CHECK(problem.find("/run/harkd/control") != std::string::npos);
}
