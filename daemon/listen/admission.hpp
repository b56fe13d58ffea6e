// Who may come in. Every peer that a listener accepts is put to this before anything is allocated
// for it.
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

    // Lets in as many at a time as `descriptors`, the process's limit, allow for, and no more than
    // `wanted`, where that is not 0. Returns false when that is fewer than `wanted`.
    [[nodiscard]] bool set_limits(std::size_t wanted, std::size_t descriptors) noexcept;
    // From now on everybody is rejected.
    void close() noexcept { closed_ = true; }

    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

    // Why nobody else may come in while there are so many; nothing: somebody may.
    [[nodiscard]] std::optional<Refusal> check(std::size_t connections) const noexcept;

   private:
    std::size_t reserved_;
    std::size_t max_connections_ = 0;
    bool closed_ = false;
};

}  // namespace hark
