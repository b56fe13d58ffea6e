#include "daemon/control/access.hpp"
#include "tests/support/sockets.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <doctest/doctest.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hark;

namespace {

constexpr gid_t GROUP = 54'321;

// The credentials that the rules give a process of that user with those groups; needs root.
Credentials of_another(const AccessRules& rules, uid_t user, gid_t primary,
                       const std::vector<gid_t>& others) {
    // The credentials are those of the process that makes the pair.
    test::SocketPair ways = test::unix_pair();
    const pid_t child = test::checked(::fork(), "fork");
    if (child == 0) {
        const bool changed = ::setgroups(others.size(), others.data()) == 0 &&
                             ::setresgid(primary, primary, primary) == 0 &&
                             ::setresuid(user, user, user) == 0;
        int pair[2];
        if (!changed || ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) ::_exit(1);
        char byte = 'x';
        iovec part{&byte, 1};
        alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = space;
        message.msg_controllen = sizeof space;
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        std::copy_n(reinterpret_cast<char*>(&pair[0]), sizeof(int), CMSG_DATA(header));
        ::_exit(::sendmsg(ways.client.get(), &message, 0) == 1 ? 0 : 1);
    }
    int status = -1;
    test::checked(::waitpid(child, &status, 0), "waitpid");
    REQUIRE(status == 0);
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    test::checked(::recvmsg(ways.server.get(), &message, MSG_CMSG_CLOEXEC), "recvmsg");
    int fd = -1;
    std::copy_n(CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd, reinterpret_cast<char*>(&fd));
    const UniqueFd socket{fd};
    return rules.of(socket.get());
}

}  // namespace

TEST_CASE("access: the daemon's own user may do everything") {
    const test::SocketPair pair = test::unix_pair();
    const Credentials own = AccessRules{std::nullopt}.of(pair.server.get());
    CHECK(own.access == Access::full);
    CHECK(own.uid == ::geteuid());
    CHECK(own.pid == ::getpid());
}

TEST_CASE("access: of what is no socket nothing is known, and nothing allowed") {
    AccessRules rules{std::nullopt};
    rules.open_to_everyone(true);
    CHECK(rules.of(-1).access == Access::none);
    CHECK(rules.of(STDIN_FILENO).access == Access::none);
}

TEST_CASE("access: members of the group, others, and everybody" * doctest::skip(::geteuid() != 0)) {
    AccessRules rules{GROUP};
    AccessRules open{GROUP};
    open.open_to_everyone(true);
    CHECK_FALSE(rules.is_open());
    CHECK(open.is_open());
    std::vector<gid_t> many(1000);
    for (gid_t each = 0; each < many.size(); ++each) many[each] = 70'000 + each;

    CHECK(of_another(rules, 1234, 1234, {GROUP}).access == Access::full);
    CHECK(of_another(rules, 1234, GROUP, {}).access == Access::full);
    CHECK(of_another(rules, 1234, 1234, many).access == Access::none);
    std::vector<gid_t> and_ours = many;
    and_ours.push_back(GROUP);
    CHECK(of_another(rules, 1234, 1234, and_ours).access == Access::full);

    const Credentials stranger = of_another(rules, 1234, 1234, {});
    CHECK(stranger.access == Access::none);
    CHECK(stranger.uid == 1234);
    CHECK(of_another(open, 1234, 1234, {}).access == Access::read);
    CHECK(of_another(open, 1234, 1234, {GROUP}).access == Access::full);

    // A user without a number here gets no access, even if the numbers are equal.
    CHECK(of_another(AccessRules{65'534}, 65'534, 65'534, {65'534}).access == Access::none);
    CHECK(of_another(AccessRules{std::nullopt}, 65'534, 65'534, {}).access == Access::none);
}

TEST_CASE("access: the group is looked up") {
    const struct ::group* const found = ::getgrnam("hark");
    CHECK(AccessRules{}.group().has_value() == (found != nullptr));
}
