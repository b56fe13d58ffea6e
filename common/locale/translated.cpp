#include "common/locale/translated.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/error.hpp"

#include <cstring>

namespace hark {

std::string in_user_language(const std::exception& problem) {
    const auto* const failed = dynamic_cast<const SystemError*>(&problem);
    if (failed == nullptr) return problem.what();
    return with_object(_(failed->message().c_str()), failed->object()) + ": " +
           std::strerror(failed->error());
}

}  // namespace hark
