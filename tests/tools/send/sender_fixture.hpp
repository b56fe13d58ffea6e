// hark send in this process: its input, its output, and the server's end of its connection.
#pragma once

#include "tests/support/captured_session.hpp"
#include "tests/support/sockets.hpp"
#include "tools/send/sender.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace hark::test {

struct SenderFixture : CapturedSession {
    explicit SenderFixture(std::vector<std::string> texts = {}) {
        options.server = {"127.0.0.1", port_of(listener.get())};
        options.texts = std::move(texts);
    }

    // Runs up to the accepted connection.
    void start() {
        sender.emplace(loop, options);
        sender->start();
        await([this] { return poll_for(listener.get(), POLLIN, 0) != 0; });
        server.reset(checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
        make_patient(server.get());
    }
    // What has come by now; runs rounds until there is something.
    [[nodiscard]] std::string received() {
        await([this] { return poll_for(server.get(), POLLIN, 0) != 0; });
        rounds();
        return recv_some(server.get());
    }
    // Nothing has come, and nothing comes.
    [[nodiscard]] bool is_quiet() {
        rounds();
        return poll_for(server.get(), POLLIN, 0) == 0;
    }
    // Sends all of `bytes`, as fast as hark takes them.
    void say(std::string_view bytes) {
        await([this, &bytes] {
            const ssize_t size =
                ::send(server.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
            return bytes.empty();
        });
    }
    [[nodiscard]] int ended() { return CapturedSession::ended(*sender); }

    GivenInput input;
    UniqueFd listener = tcp_listener();
    UniqueFd server;
    SendOptions options;
    std::optional<Sender> sender;
};

}  // namespace hark::test
