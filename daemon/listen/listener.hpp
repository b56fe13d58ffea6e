// A listening socket. It accepts a bounded number of connections per round. When descriptors or
// memory run out, it rejects waiting peers using a reserved descriptor, and backs off: a connection
// that nobody accepts would wake the loop endlessly.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/config/config.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace hark {

class Listener;

// What an accepted connection needs from its listener, which may be gone by the time the connection
// is admitted.
struct Entrance {
    std::shared_ptr<const ListenerConfig> config;
    const ListenerProfile* profile = nullptr;
};

// Receives what a Listener accepts.
class ListenerOwner {
   public:
    // Takes ownership of `socket`.
    virtual void on_accepted(const Listener& listener, UniqueFd socket,
                             const SocketAddress& peer) noexcept = 0;
    // `socket` must be rejected and closed at once: its descriptor is needed.
    virtual void on_overrun(const Listener& listener, UniqueFd socket,
                            const SocketAddress& peer) noexcept = 0;
    // accept(2) failed with `error`, a positive errno; the listener backs off.
    virtual void on_accept_failed(const Listener& listener, int error) noexcept = 0;
    // Whether to leave new connections in the backlog for now.
    [[nodiscard]] virtual bool accepting_paused() const noexcept = 0;

    ListenerOwner(const ListenerOwner&) = delete;
    ListenerOwner& operator=(const ListenerOwner&) = delete;

   protected:
    ListenerOwner() noexcept = default;
    ~ListenerOwner() = default;
};

class Listener {
   public:
    static constexpr int BACKLOG = 125;

    // Binds and listens, unless given a listening socket (`activated`). No callbacks before
    // start(). `owner` must outlive it. Throws SystemError.
    Listener(EventLoop& loop, ListenerOwner& owner, ListenerConfig config,
             std::chrono::milliseconds peer_timeout, UniqueFd activated = {});

    // Throws SystemError.
    void start();

    // Accepts all waiting peers, before the listener is closed.
    void accept_all() noexcept;

    [[nodiscard]] const ListenerConfig& config() const noexcept { return *config_; }
    // Sets another configuration with the same address or socket: see is_at().
    void set_config(ListenerConfig config) {
        config_ = std::make_shared<const ListenerConfig>(std::move(config));
    }
    // For the connections accepted from now on: tcp::SocketOptions.
    void set_peer_timeout(std::chrono::milliseconds timeout) noexcept;
    // How its peers are served. `profile` must outlive the listener; set one before start().
    void set_profile(const ListenerProfile& profile) noexcept { profile_ = &profile; }
    [[nodiscard]] const ListenerProfile& profile() const noexcept { return *profile_; }
    [[nodiscard]] Entrance entrance() const noexcept { return {config_, profile_}; }
    // Whether `config` has the address, or the activated socket, of this listener.
    [[nodiscard]] bool is_at(const ListenerConfig& config) const noexcept {
        return config_->activated == config.activated && config_->address == config.address;
    }
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    // While `held`, accepts no connections: they wait in the backlog.
    void hold_back(bool held) noexcept;

    // The bound address, with the port that the kernel chose.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

   private:
    void on_ready(std::uint32_t events) noexcept;
    void accept(int most) noexcept;
    void resume_accepting() noexcept;
    void pause_accepting(Duration time) noexcept;
    void reject_waiting() noexcept;

    ListenerOwner& owner_;
    std::shared_ptr<const ListenerConfig> config_;
    std::chrono::milliseconds peer_timeout_;
    UniqueFd socket_;
    UniqueFd spare_;
    std::string address_;
    const ListenerProfile* profile_ = nullptr;
    FdWatch watch_;
    Timer backoff_timer_;
};

}  // namespace hark
