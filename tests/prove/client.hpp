// A client: sends known messages, in one of several framings, and keeps the answers that it gets.
#pragma once

#include "common/sys/unique_fd.hpp"
#include "daemon/config/listener_profile.hpp"
#include "tests/prove/disk.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hark::prove {

struct Sent {
    std::string bytes;
    bool is_text;  // in a charset that harkd cannot mistake
};

// A reply 250, or 251: some of the messages are kept as bytes.
struct Answer {
    std::uint64_t first;
    std::uint64_t last;
    bool as_bytes;
};

// What must be in the log of one connection.
struct Told {
    std::vector<Sent> messages;  // in order
    std::vector<Answer> answers;
    std::uint64_t answered = 0;  // messages up to this number were said to be in the log
    std::uint64_t refused = 0;   // messages answered with 451
    std::string mistake;         // in the answers themselves; empty: none
};

class Client {
   public:
    // `socket`: its end of the connection, non-blocking.
    Client(UniqueFd socket, Random& random);

    // The settings that its listener must have.
    [[nodiscard]] static ListenerProfile profile(Random& random);
    void use(const ListenerProfile& profile) noexcept;

    // Makes another message, to be sent.
    void compose();
    // Sends a part of what is waiting to be sent, or all of it.
    void send(bool all);
    void hear();
    void half_close() noexcept;
    // Closes the socket, which is a reset if something has not been read.
    void leave() noexcept;

    [[nodiscard]] bool is_connected() const noexcept { return static_cast<bool>(socket_); }
    [[nodiscard]] bool has_ended() const noexcept { return ended_; }
    [[nodiscard]] bool has_to_send() const noexcept { return !pending_.empty(); }
    [[nodiscard]] bool is_answered() const noexcept {
        return told_.answered >= told_.messages.size();
    }
    [[nodiscard]] const Told& told() const noexcept { return told_; }

   private:
    void take(std::string_view line);
    [[nodiscard]] Sent text();

    UniqueFd socket_;
    Random& random_;
    FramingOptions framing_;
    std::string terminator_;
    std::string pending_;
    std::string heard_;
    Told told_;
    bool half_closed_ = false;
    bool ended_ = false;
};

}  // namespace hark::prove
