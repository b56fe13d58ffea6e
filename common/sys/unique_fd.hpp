// Ownership of a file descriptor. Whoever holds a UniqueFd closes it; a plain `int fd` in a
// signature only looks.
#pragma once

#include <utility>

namespace hark {

class UniqueFd {
   public:
    UniqueFd() noexcept = default;

    // Takes over `fd`; a negative value owns nothing.
    explicit UniqueFd(int fd) noexcept : fd_{fd} {}

    UniqueFd(UniqueFd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

    // Gives the descriptor away; the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

    // Closes what is owned and takes over `fd`.
    void reset(int fd = -1) noexcept;

   private:
    int fd_ = -1;
};

}  // namespace hark
