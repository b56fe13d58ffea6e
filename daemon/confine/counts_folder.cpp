#include "daemon/confine/counts_folder.hpp"

namespace hark {

const char* counts_folder() noexcept {
    return HARK_COUNTS_FOLDER;
}

}  // namespace hark
