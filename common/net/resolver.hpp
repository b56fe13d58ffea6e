// Resolves a host's name without blocking the loop: getaddrinfo(3) can only block, so it runs in a
// thread of its own. A thread whose answer is no longer wanted is left to finish by itself.
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
    // Addresses beyond these are left out, so that trying them all is bounded.
    static constexpr std::size_t MAX_ADDRESSES = 16;
    static constexpr Duration LONGEST = std::chrono::seconds{10};

    // `on_done` is called once for each start(), from the loop.
    NameLookup(EventLoop& loop, Callback<void()> on_done) noexcept;
    NameLookup(const NameLookup&) = delete;
    NameLookup& operator=(const NameLookup&) = delete;

    // Throws SystemError when it cannot get a thread or a descriptor.
    void start(const Endpoint& server);
    void stop() noexcept;

    // After `on_done`: each address once, in the system's order. When there is none, trouble() says
    // why: a message id (N_), or the C library's own words.
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
