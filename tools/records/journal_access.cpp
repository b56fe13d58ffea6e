#include "tools/records/journal_access.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <systemd/sd-id128.h>
#include <unistd.h>

namespace hark {

namespace {

// systemd-journald.service(8), "Files"
constexpr std::array FOLDERS{"/var/log/journal/", "/run/log/journal/"};

std::optional<std::string> machine_id() {
    sd_id128_t machine{};
    if (::sd_id128_get_machine(&machine) < 0) return std::nullopt;
    std::array<char, SD_ID128_STRING_MAX> id{};
    return ::sd_id128_to_string(machine, id.data());
}

}  // namespace

JournalAccess journal_access() {
    const std::optional<std::string> id = machine_id();
    if (!id) return JournalAccess::none;
    auto access = JournalAccess::none;
    for (const char* const folder : FOLDERS) {
        const std::string path = folder + *id + "/system.journal";
        if (::access(path.c_str(), R_OK) == 0) return JournalAccess::granted;
        if (errno == EACCES) access = JournalAccess::denied;
    }
    return access;
}

std::vector<std::string> machine_journal_files() {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    const std::optional<std::string> id = machine_id();
    if (!id) return paths;
    std::error_code error;
    for (const char* const folder : FOLDERS) {
        for (fs::directory_iterator each{folder, error}, end; !error && each != end;
             each.increment(error)) {
            // "ID" or "ID.NAMESPACE"
            if (!each->path().filename().string().starts_with(*id)) continue;
            std::error_code inner;
            for (fs::directory_iterator file{each->path(), inner}; !inner && file != end;
                 file.increment(inner)) {
                const std::string path = file->path();
                const bool is_journal = path.ends_with(".journal") || path.ends_with(".journal~");
                if (is_journal && ::access(path.c_str(), R_OK) == 0) paths.push_back(path);
            }
        }
    }
    return paths;
}

}  // namespace hark
