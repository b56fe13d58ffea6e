// A listener that keeps everything it is told, with a connection and a loop of its own.
#pragma once

#include "common/loop/event_loop.hpp"
#include "tests/support/run_until.hpp"
#include "tools/peer/server_connection.hpp"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace hark::test {

class Client final : public ServerListener {
   public:
    Client() : connection{loop, *this} {}

    void on_connected(const SocketAddress& server) noexcept override { address = server.text(); }
    void on_bytes(std::string_view read) noexcept override { bytes += read; }
    void on_line(const LinePiece& piece) noexcept override {
        lines.emplace_back(piece.text);
        ends.push_back(piece.end);
        if (closes_after == lines.size()) connection.close();
    }
    void on_room() noexcept override { ++rooms; }
    void on_disconnected(Disconnect reason, const std::string& text) noexcept override {
        ended = reason;
        why = text;
    }

    template <typename Condition>
    void until(Condition condition) {
        CHECK(run_until(loop, condition));
    }

    SystemClock clock;
    EventLoop loop{clock};
    ServerConnection connection;
    std::string address;
    std::string bytes;
    std::vector<std::string> lines;
    std::vector<LineEnd> ends;
    std::size_t closes_after = 0;
    int rooms = 0;
    std::optional<Disconnect> ended;
    std::string why;
};

}  // namespace hark::test
