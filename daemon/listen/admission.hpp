// Decides whether to admit an accepted peer, before anything is allocated for it.
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
// For the peer and the record: "shutting down", ...
[[nodiscard]] std::string_view reason_text(Refusal refusal) noexcept;

class Admission {
   public:
    // `reserved`: descriptors not available for connections.
    explicit Admission(std::size_t reserved) noexcept : reserved_{reserved} {}

    // `descriptors`: the process's limit. `wanted`: maximum number of connections; 0: as many as
    // descriptors allow. Returns false if they allow fewer than `wanted`; that is then the limit.
    [[nodiscard]] bool set_limits(std::size_t wanted, std::size_t descriptors) noexcept;
    // The daemon is stopping: rejects everyone from now on.
    void close() noexcept { closed_ = true; }

    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

    // Why a peer is rejected if there are this many connections; nothing: it is admitted.
    [[nodiscard]] std::optional<Refusal> check(std::size_t connections) const noexcept;

   private:
    std::size_t reserved_;
    std::size_t max_connections_ = 0;
    bool closed_ = false;
};

}  // namespace hark
