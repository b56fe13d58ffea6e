// Two sessions that talk over a pair of sockets; neither blocks.
#pragma once

#include "common/tls/context.hpp"
#include "common/tls/session.hpp"
#include "tests/common/tls/made_certificates.hpp"
#include "tests/support/sockets.hpp"

#include <optional>
#include <span>
#include <string>

namespace hark::test {

struct SessionPair {
    explicit SessionPair(int version = 0, const Wish& wish = {}) {
        write_files(make_certificate(wish), folder);
        server_context.emplace(
            tls::ServerFiles{.certificate = folder / "server.pem", .key = folder / "server.key"},
            std::vector<std::string>{});
        client_context.emplace(tls::ClientFiles{.ca = folder / "server.pem"});
        if (version != 0) SSL_CTX_set_max_proto_version(&server_context->context(), version);
        set_blocking(sockets.client.get(), false);
        server.emplace(server_context->context(), tls::Side::server, sockets.server.get());
        client.emplace(client_context->context(), tls::Side::client, sockets.client.get());
    }

    // Takes one step on each side. Returns whether both are done.
    bool step() {
        const auto step_of = [](tls::Session& session, std::optional<Progress>& result) {
            if (result != Progress::done && result != Progress::failed) {
                result = session.shake_hands();
            }
        };
        step_of(*client, client_progress);
        step_of(*server, server_progress);
        return client_progress == Progress::done && server_progress == Progress::done;
    }
    bool shake_hands() {
        for (int steps = 0; steps < 2000; ++steps) {
            if (step()) return true;
        }
        return false;
    }

    using Progress = tls::Session::Progress;
    TemporaryFolder folder;
    SocketPair sockets = unix_pair();
    std::optional<tls::ServerContext> server_context;
    std::optional<tls::ClientContext> client_context;
    std::optional<tls::Session> server;
    std::optional<tls::Session> client;
    std::optional<Progress> server_progress;
    std::optional<Progress> client_progress;
};

// All that can be received now; `last`: the result that ended it.
inline std::string received(tls::Session& from, ssize_t& last, std::size_t most = 4096) {
    std::string text;
    std::string part(most, '\0');
    while ((last = from.recv(std::span{part})) > 0)
        text.append(part, 0, static_cast<std::size_t>(last));
    return text;
}
inline std::string received(tls::Session& from) {
    ssize_t last = 0;
    return received(from, last);
}

}  // namespace hark::test
