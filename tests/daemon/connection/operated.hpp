// A small daemon with an operator that writes to its peers and disconnects them.
#pragma once

#include "tests/daemon/connection/small_daemon.hpp"

#include <string>

namespace hark::test {

// 你好
inline constexpr const char* HELLO_GBK = "\xC4\xE3\xBA\xC3";

struct Operated : SmallDaemon {
    // Everything that `client` is sent until the daemon ends the stream.
    std::string said_to_end(int client) {
        std::string text;
        await([&] {
            if (poll_for(client, POLLIN, 0) == 0) return false;
            const std::string more = recv_some(client);
            text += more;
            return more.empty();
        });
        return text;
    }
    // The one record that ends a connection, once it is there.
    const nlohmann::json& wait_closing() {
        await("closed", 1);
        return closing();
    }
};

}  // namespace hark::test
