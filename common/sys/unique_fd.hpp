// Ownership of a file descriptor: a UniqueFd closes it; a plain `int fd` parameter only borrows it.
#pragma once

#include <utility>

namespace hark {

class UniqueFd {
   public:
    UniqueFd() noexcept = default;

    // Takes ownership of `fd`; a negative value means none.
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

    // Gives up ownership: the caller must close it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

    // Closes the owned descriptor and takes ownership of `fd`.
    void reset(int fd = -1) noexcept;

   private:
    int fd_ = -1;
};

}  // namespace hark
