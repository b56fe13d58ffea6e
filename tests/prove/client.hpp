// A client: messages of which each is known, in one of several framings, and the answers that it
// has got.
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

// 250, or 251: some of them are kept as bytes.
struct Answer {
    std::uint64_t first;
    std::uint64_t last;
    bool as_bytes;
};

// What must be in the log of one connection.
struct Told {
    std::vector<Sent> messages;  // in order
    std::vector<Answer> answers;
    std::uint64_t answered = 0;  // up to this number they are in the log, it was said
    std::uint64_t refused = 0;   // messages with 451
    std::string mistake;         // of the answers themselves; empty: none
};

class Client {
   public:
    // `socket`: its end of the conversation, non-blocking.
    Client(UniqueFd socket, Random& random);

    // How its listener must be set.
    [[nodiscard]] static ListenerProfile profile(Random& random);
    void use(const ListenerProfile& profile) noexcept;

    // Makes another message, to be sent.
    void compose();
    // Sends a part of what is to be sent, or all.
    void send(bool all);
    void hear();
    void half_close() noexcept;
    // What it has not read makes that a reset.
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
