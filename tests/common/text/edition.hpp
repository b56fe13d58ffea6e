// The edition of GB18030 that the C library knows: 2005 in glibc 2.36, 2022 in glibc 2.41.
#pragma once

#include "common/text/iconv_handle.hpp"

#include <string>

namespace hark::test {

// In that edition, this code is a private-use character; with the 2005 edition, glibc refuses it.
inline bool has_edition_of_2022() {
    std::string text;
    return IconvHandle{"UTF-8", "GB18030"}.convert("\x82\x35\x90\x37", text, 2).bytes == 4;
}

}  // namespace hark::test
