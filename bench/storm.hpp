// TLS handshakes that cost the server all of its part and the client next to nothing: each sends
// the same ClientHello, waits for the first byte of the reply, and goes; another one follows at
// once.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hark::bench {

class Storm {
   public:
    // `at_once` connections to `port` on 127.0.0.2, watched by `epoll`, with numbers from `first`
    // on as its data. Throws on errors.
    Storm(std::uint16_t port, std::size_t at_once, int epoll, std::uint64_t first);

    // Something has come on the connection with that number.
    void handle(std::uint64_t number);

    [[nodiscard]] std::uint64_t begun() const noexcept { return begun_; }

   private:
    void begin(std::size_t index);

    std::uint16_t port_;
    int epoll_;
    std::uint64_t first_;
    std::string hello_;
    std::vector<UniqueFd> connections_;
    std::uint64_t begun_ = 0;
};

}  // namespace hark::bench
