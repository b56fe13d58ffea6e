// Accepted connections that are not clients yet: their proxy still has to say for whom it speaks,
// or a TLS handshake is under way. They hold a descriptor for some seconds at most.
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
    SocketAddress peer;  // the client, or the proxy where that is not known
    Entrance entrance;
    std::unique_ptr<Introduction> introduction{};  // null: nothing is known but the address
    AddressShare share{};
    TimePoint accepted{};
    bool in_handshake = false;  // plain text would only confuse it

    [[nodiscard]] Introduction& introduced() {
        if (introduction == nullptr) introduction = std::make_unique<Introduction>();
        return *introduction;
    }
};

// Who has arrived, as plain data, for another process.
struct ArrivalState {
    int fd = -1;
    SocketAddress peer;
    std::uint32_t listener = 0;  // its place among those that are handed on
    TimePoint accepted{};
    bool awaits_header = false;  // else a handshake that has not begun
    std::string begun{};         // of the header, as read
    std::optional<Identity> identity{};
};

// Receives those who have come a step further.
class ArrivalsOwner {
   public:
    virtual void on_header(Newcomer newcomer) noexcept = 0;
    // The handshake is over.
    virtual void on_secured(Newcomer newcomer) noexcept = 0;
    // It is to be rejected. After a handshake that failed, nothing can be said to it.
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

    // Waits for a PROXY header from `newcomer`, whose peer is the proxy; `begun` of it is read.
    void await_header(Newcomer newcomer, std::string begun = {});
    // Shakes hands as the newcomer's entrance says, which has a TLS context.
    void await_handshake(Newcomer newcomer);
    // Turns everybody away.
    void close(Refusal refusal) noexcept;
    // Turns those away whose handshake has begun: it cannot go on in another process.
    void close_handshakes(Refusal refusal) noexcept;
    // Calls `visit` with the state of everybody else, whose `listener` is still to be set, and
    // where they came in.
    void hand_over(const std::function<void(ArrivalState, const Entrance&)>& visit) const;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

   private:
    class Arrival;
    class HeaderWait;
    class HandshakeWait;

    Arrival& add(std::unique_ptr<Arrival> arrival) noexcept;
    void finish(Arrival& arrival) noexcept;
    void reap() noexcept;
    // Whether another step of a handshake may be made in this round.
    [[nodiscard]] bool may_compute() noexcept;

    EventLoop& loop_;
    ArrivalsOwner& owner_;
    IntrusiveList<Arrival> waiting_;
    IntrusiveList<Arrival> finished_;
    std::size_t size_ = 0;  // of those that wait
    TimePoint round_{};     // in which steps_ were made
    int steps_ = 0;
    DeferredTask reap_task_;
};

}  // namespace hark
