// Accepted connections that are not clients yet: their proxy still has to name the client, or a TLS
// handshake is under way. They hold a descriptor for some seconds at most.
#pragma once

#include "common/loop/deferred_task.hpp"
#include "common/loop/event_loop.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/tls/failure.hpp"
#include "daemon/connection/byte_stream.hpp"
#include "daemon/limits/address_table.hpp"
#include "daemon/listen/admission.hpp"
#include "daemon/listen/listener.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hark {

struct Newcomer {
    UniqueFd socket;
    SocketAddress peer;  // the client or, as long as that is unknown, the proxy
    Entrance entrance;
    std::unique_ptr<Introduction> introduction{};  // null: only the address is known
    AddressShare share{};
    TimePoint accepted{};
    bool in_handshake = false;  // plain text would only confuse the peer

    [[nodiscard]] Introduction& introduced() {
        if (introduction == nullptr) introduction = std::make_unique<Introduction>();
        return *introduction;
    }
};

// An arrival as plain data, for another process.
struct ArrivalState {
    int fd = -1;
    SocketAddress peer;
    std::uint32_t listener = 0;  // its index among the listeners that are handed over
    TimePoint accepted{};
    bool awaits_header = false;  // else a handshake that has not begun
    std::string begun{};         // the beginning of the header, as read
    std::optional<Identity> identity{};
};

// Receives newcomers that have finished a wait.
class ArrivalsOwner {
   public:
    virtual void on_header(Newcomer newcomer) noexcept = 0;
    // The handshake succeeded.
    virtual void on_secured(Newcomer newcomer) noexcept = 0;
    // The newcomer is to be rejected. After a failed handshake, nothing can be sent to it.
    virtual void on_turned_away(Newcomer newcomer, Refusal refusal,
                                tls::Failure failure) noexcept = 0;

    ArrivalsOwner(const ArrivalsOwner&) = delete;
    ArrivalsOwner& operator=(const ArrivalsOwner&) = delete;

   protected:
    ArrivalsOwner() noexcept = default;
    ~ArrivalsOwner() = default;
};

class Arrivals {
   public:
    // Both must outlive it.
    Arrivals(EventLoop& loop, ArrivalsOwner& owner) noexcept;
    ~Arrivals();
    Arrivals(const Arrivals&) = delete;
    Arrivals& operator=(const Arrivals&) = delete;

    // Waits for a PROXY header from `newcomer`, whose peer is the proxy; `begun` was read already.
    void await_header(Newcomer newcomer, std::string begun = {});
    // Does the TLS handshake, with the context of the newcomer's entrance.
    void await_handshake(Newcomer newcomer);
    // Rejects all arrivals.
    void close(Refusal refusal) noexcept;
    // Rejects those whose handshake has begun: it cannot go on in another process.
    void close_handshakes(Refusal refusal) noexcept;
    // Calls `visit` with the state of each of the others, whose `listener` is still to be set, and
    // with its entrance.
    void hand_over(const std::function<void(ArrivalState, const Entrance&)>& visit) const;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

   private:
    class Arrival;
    class HeaderWait;
    class HandshakeWait;

    Arrival& add(std::unique_ptr<Arrival> arrival) noexcept;
    void finish(Arrival& arrival) noexcept;
    void reap() noexcept;
    // Whether another step of a handshake may be taken in this round.
    [[nodiscard]] bool may_compute() noexcept;

    EventLoop& loop_;
    ArrivalsOwner& owner_;
    IntrusiveList<Arrival> waiting_;
    IntrusiveList<Arrival> finished_;
    std::size_t size_ = 0;  // number of those waiting
    TimePoint round_{};     // the round that steps_ counts
    int steps_ = 0;
    DeferredTask reap_task_;
};

}  // namespace hark
