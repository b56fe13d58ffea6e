#include "common/sys/error.hpp"

#include <cstring>
#include <system_error>

namespace hark {

std::string errno_text(int error) {
#ifdef __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 32)
    if (const char* text = ::strerrordesc_np(error)) return text;
#endif
#endif
    return std::generic_category().message(error);
}

}  // namespace hark
