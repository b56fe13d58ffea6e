#include "common/sys/sealed_file.hpp"

#include "common/sys/calls.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>

namespace hark {

int make_sealed_file(const char* name, std::string_view bytes, UniqueFd& into) noexcept {
    UniqueFd file{sys::memfd_create(name)};
    if (!file) return file.get();
    while (!bytes.empty()) {
        const ssize_t count = sys::write(file.get(), bytes.data(), bytes.size());
        if (count < 0) return static_cast<int>(count);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    constexpr int SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (fcntl(file.get(), F_ADD_SEALS, SEALS) != 0) return -errno;
    into = std::move(file);
    return 0;
}

}  // namespace hark
