// Decides whether an accepted peer is let in, before anything is allocated for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hark {

// Why a peer is rejected.
enum class Refusal : std::uint8_t {
    shutting_down,
    too_many_connections,
    out_of_descriptors,
};
// For the peer and for the record: "shutting down", ...
[[nodiscard]] std::string_view reason_text(Refusal refusal) noexcept;

class Admission {
   public:
    // `reserved`: descriptors that connections must leave free.
    explicit Admission(std::size_t reserved) noexcept : reserved_{reserved} {}

    // `descriptors`: the limit of the process. `wanted`: connections at most; 0: as many as the
    // descriptors allow. Returns false if they allow fewer than `wanted`, which then is the limit.
    [[nodiscard]] bool set_limits(std::size_t wanted, std::size_t descriptors) noexcept;
    // The daemon stops: rejects everybody from now on.
    void close() noexcept { closed_ = true; }

    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

    // Why another peer is rejected while there are so many connections; nothing: it is let in.
    [[nodiscard]] std::optional<Refusal> check(std::size_t connections) const noexcept;

   private:
    std::size_t reserved_;
    std::size_t max_connections_ = 0;
    bool closed_ = false;
};

}  // namespace hark
