#include "common/protocol/bye.hpp"

namespace hark {

namespace {

constexpr std::string_view BYTE_ORDER_MARK = "\xEF\xBB\xBF";
constexpr std::string_view IGNORED{" \t\r\0", 4};

bool is_letter(char byte, char lower) noexcept {
    return (byte | 0x20) == lower;
}

}  // namespace

bool is_bye(std::string_view message) noexcept {
    if (message.empty() || !may_be_bye(message)) return false;
    if (message.starts_with(BYTE_ORDER_MARK)) message.remove_prefix(BYTE_ORDER_MARK.size());
    const std::size_t begin = message.find_first_not_of(IGNORED);
    if (begin == std::string_view::npos) return false;
    message = message.substr(begin, message.find_last_not_of(IGNORED) - begin + 1);
    return message.size() == 3 && is_letter(message[0], 'b') && is_letter(message[1], 'y') &&
           is_letter(message[2], 'e');
}

bool is_escaped_bye(std::string_view message) noexcept {
    const std::size_t rest = message.find_first_not_of('\\');
    return rest != 0 && rest != std::string_view::npos && is_bye(message.substr(rest));
}

}  // namespace hark
