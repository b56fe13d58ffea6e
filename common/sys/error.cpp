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

std::string with_object(std::string_view message, std::string_view object) {
    constexpr std::string_view PLACE = "{}";
    std::string text{message};
    const std::size_t at = object.empty() ? std::string::npos : text.find(PLACE);
    if (at != std::string::npos) text.replace(at, PLACE.size(), object);
    return text;
}

SystemError::SystemError(int error, std::string_view message, std::string_view object)
    : std::runtime_error{with_object(message, object) + ": " + errno_text(error)},
      error_{error},
      message_{message},
      object_{object} {}

SystemError::SystemError(int error, std::string_view message) : SystemError{error, message, {}} {}

}  // namespace hark
