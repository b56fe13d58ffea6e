#include "tools/records/journal_access.hpp"

#include <array>
#include <cerrno>
#include <string>

#include <systemd/sd-id128.h>
#include <unistd.h>

namespace hark {

JournalAccess journal_access() {
    sd_id128_t machine{};
    if (::sd_id128_get_machine(&machine) < 0) return JournalAccess::none;
    std::array<char, SD_ID128_STRING_MAX> id{};
    ::sd_id128_to_string(machine, id.data());
    auto access = JournalAccess::none;
    // systemd-journald.service(8), "Files"
    for (const char* const folder : {"/var/log/journal/", "/run/log/journal/"}) {
        const std::string path = std::string{folder} + id.data() + "/system.journal";
        if (::access(path.c_str(), R_OK) == 0) return JournalAccess::granted;
        if (errno == EACCES) access = JournalAccess::denied;
    }
    return access;
}

}  // namespace hark
