// Opens this machine's journal, or journal files, and checks whether the files are intact.
#include "common/locale/i18n.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/text/printable.hpp"
#include "tools/records/journal_access.hpp"
#include "tools/records/journal_data.hpp"
#include "tools/records/journal_source.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <systemd/sd-journal.h>

namespace hark {

namespace {

std::string cannot_read(const std::string& name, const char* reason) {
    return formatted(_("cannot read {}: {}"), name, reason);
}

// Explains an error of sd_journal_open_files() to a user who named a file.
const char* reason_of_file(int error) {
    switch (-error) {
        case EBADMSG:
        case ENODATA:
            return _("it is not a valid journal file");
        case EPROTONOSUPPORT:
            return _("it is not a valid journal file, or from a newer systemd");
        default:
            return std::strerror(-error);
    }
}

}  // namespace

bool is_journal_file(const std::string& path) noexcept {
    const UniqueFd fd{sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)};
    std::array<char, JOURNAL_SIGNATURE.size()> begin{};
    return fd &&
           sys::pread(fd.get(), begin.data(), begin.size(), 0) ==
               static_cast<ssize_t>(begin.size()) &&
           std::string_view{begin.data(), begin.size()} == JOURNAL_SIGNATURE;
}

std::string LogJournalSource::cannot_read_journal(int error) {
    return cannot_read(_("the journal"), std::strerror(-error));
}

void LogJournalSource::open_machine() {
    sd_journal* journal = nullptr;
    const int error = ::sd_journal_open_namespace(
        &journal, nullptr, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_ALL_NAMESPACES);
    if (error < 0) throw std::runtime_error{cannot_read_journal(error)};
    journal_.reset(journal);
    const JournalAccess access = journal_access();
    may_miss_some_ = access == JournalAccess::denied;
    const bool any = ::sd_journal_has_runtime_files(journal) > 0 ||
                     ::sd_journal_has_persistent_files(journal) > 0;
    if (!any && access == JournalAccess::none) {
        throw std::runtime_error{
            _("there is no journal on this machine; to read a file: hark log --file PATH")};
    }
    if (!any) {
        throw std::runtime_error{
            _("no permission to read the journal: only root and members of the groups "
              "systemd-journal and adm may; try sudo")};
    }
}

int LogJournalSource::open_together(std::span<const std::string> files) {
    std::vector<const char*> paths;
    for (const std::string& path : files) paths.push_back(path.c_str());
    paths.push_back(nullptr);
    sd_journal* journal = nullptr;
    const int error = ::sd_journal_open_files(&journal, paths.data(), 0);
    journal_.reset(journal);
    return error;
}

// One bad file keeps libsystemd from opening the others.
void LogJournalSource::open_files() {
    files_ = input_.files;
    int error = open_together(files_);
    if (error < 0 && files_.size() > 1) {
        const auto is_bad = [&](const std::string& path) {
            error = open_together({&path, 1});
            if (error < 0) report_damage(cannot_read(printable(path), reason_of_file(error)));
            return error < 0;
        };
        std::erase_if(files_, is_bad);
        error = files_.empty() ? -ENODATA : open_together(files_);
    }
    if (error < 0) {
        throw std::runtime_error{cannot_read(printable(input_.files[0]), reason_of_file(error))};
    }
    for (const std::string& path : files_) {
        if (!has_its_end(path)) report_damaged(path);
    }
    // Skip the full check where not everything is read anyway: it would take too long.
    if (input_.follow || filter_.selection().since) checked_ = files_.size();
    // Once reading backwards has begun, it is too late to read forward instead.
    if (input_.all_backwards) check_all_files();
}

void LogJournalSource::check_all_files() {
    while (checked_ < files_.size()) check_next_file();
}

// Checks the next file by reading all of it.
void LogJournalSource::check_next_file() {
    const std::string& path = files_[checked_++];
    const auto take = [](std::size_t, std::string_view) { return true; };
    if (scan_journal_data(path, {}, take) == JournalScan::damaged) report_damaged(path);
}

void LogJournalSource::report_damaged(const std::string& path) {
    damaged_ = true;
    // The index may be damaged, too: it is no longer used.
    ::sd_journal_flush_matches(journal_.get());
    report_damage(formatted(_("{} is damaged: what can be read of it is shown"), printable(path)));
}

}  // namespace hark
