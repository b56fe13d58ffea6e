#include "common/text/weak_gb18030.hpp"

#include "common/text/gb18030.hpp"
#include "common/text/utf8.hpp"

#include <cstddef>

namespace hark {

namespace {

constexpr std::size_t EURO_LENGTH = 1;

constexpr bool is_common(unsigned char lead, unsigned char trail) noexcept {
    return trail >= 0xA1 && ((lead >= 0xB0 && lead <= 0xD7) || (lead >= 0xA1 && lead <= 0xA3));
}

}  // namespace

bool is_weak_gb18030(std::string_view bytes) noexcept {
    std::size_t common = 0;
    std::size_t all = 0;
    for (;;) {
        bytes.remove_prefix(utf8::ascii_prefix(bytes));
        if (bytes.empty()) break;
        const std::size_t length = gb18030::form_length(bytes);
        if (length > EURO_LENGTH) ++all;
        if (length == 2 &&
            is_common(static_cast<unsigned char>(bytes[0]), static_cast<unsigned char>(bytes[1]))) {
            ++common;
        }
        bytes.remove_prefix(length);
    }
    return common == 0 || 2 * common < all;
}

}  // namespace hark
