// Which edition of GB18030 the C library knows: glibc 2.36 that of 2005, glibc 2.41 that of 2022.
#pragma once

#include "common/text/iconv_handle.hpp"

#include <string>

namespace hark::test {

// In it, this code is a private one; in that of 2005, glibc has none for it.
inline bool has_edition_of_2022() {
    std::string text;
    return IconvHandle{"UTF-8", "GB18030"}.convert("\x82\x35\x90\x37", text, 2).bytes == 4;
}

}  // namespace hark::test
