// Resolves a host name without blocking the loop: getaddrinfo(3) always blocks, so it runs in its
// own thread. A thread whose result is no longer wanted is left to finish.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/net/endpoint.hpp"
#include "common/sys/unique_fd.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hark {

class NameLookup {
   public:
    // More addresses than this are ignored, so that trying them all is bounded.
    static constexpr std::size_t MAX_ADDRESSES = 16;
    static constexpr Duration LONGEST = std::chrono::seconds{10};

    // `on_done` is called from the loop, once for each start().
    NameLookup(EventLoop& loop, Callback<void()> on_done) noexcept;
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    // Throws SystemError if it cannot get a thread or a descriptor.
    void start(const Endpoint& server);
    void stop() noexcept;

    // Once `on_done` has been called: the addresses without duplicates, in the system's order. If
    // there are none, trouble() says why: a message id (N_), or text from the C library.
    [[nodiscard]] const std::vector<SocketAddress>& addresses() const noexcept {
        return addresses_;
    }
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

   private:
    struct Shared;

    static void look_up(const std::shared_ptr<Shared>& shared) noexcept;
    void on_answer(std::uint32_t events) noexcept;
    void on_timeout() noexcept;

    Callback<void()> on_done_;
    std::shared_ptr<Shared> shared_;
    FdWatch watch_;
    Timer timer_;
    std::vector<SocketAddress> addresses_;
    std::string trouble_;
};

}  // namespace hark
