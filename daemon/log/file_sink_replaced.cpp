// A log file that is no longer at its path.
#include "common/record/log_json.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "daemon/log/file_sink.hpp"
#include "daemon/log/log_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>

namespace hark {

namespace {

// Names the last record in a file: its run, conn and seq; empty: there is none.
std::string last_record(int file) {
    constexpr std::int64_t ENOUGH = 64 << 10;
    struct stat status {};
    if (sys::fstat(file, status) < 0) return {};
    const std::int64_t begin = std::max<std::int64_t>(status.st_size - ENOUGH, 0);
    std::string text(static_cast<std::size_t>(status.st_size - begin), '\0');
    const ssize_t size = sys::pread(file, text.data(), text.size(), begin);
    if (size <= 0) return {};
    text.resize(static_cast<std::size_t>(size));
    const std::size_t end = text.rfind('\n');
    if (end == std::string::npos) return {};
    const std::size_t before = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
    const std::size_t from = before == std::string::npos ? 0 : before + 1;
    LogRecord record;
    if (!parse_log_json(std::string_view{text}.substr(from, end - from), record)) return {};
    std::string words = fmt::format("run {}", record.get(Key::run));
    if (record.has(Key::conn)) words += fmt::format(", conn {}", record.get(Key::conn));
    if (record.has(Key::seq)) words += fmt::format(", seq {}", record.get(Key::seq));
    return words;
}

}  // namespace

void FileSink::on_gone() noexcept {
    gone_ = true;
    say_ready();
}

// Nothing is written until there is a new file: the old one may be deleted.
void FileSink::try_to_open_anew() noexcept {
    try {
        open_anew(Reason::gone);
    } catch (const std::exception& problem) {
        cannot_open_ = problem.what();
    }
}

void FileSink::open_anew(Reason reason) {
    const FileWatch::Place place = watch_.place();
    // Opening it would fail because of our own lock.
    if (place == FileWatch::Place::same) {
        gone_ = false;
        return;
    }
    // Going on could lose its records, or write them twice.
    if (place == FileWatch::Place::unknown) throw SystemError{EIO, N_("cannot examine {}"), path_};
    OpenedLogFile opened = open_log_file(path_);
    if (disk_sync_ != nullptr) require_name_on_disk();
    leave_old_file(place);
    const std::string last = last_record(file_.get());
    use(std::move(opened.fd), opened.cut_off);
    const bool deleted = place == FileWatch::Place::nowhere;
    if (reason == Reason::asked && !deleted) return;
    remark(fmt::format(
        "{} was {}: records go on in the file that is there now; the last one in the old file is "
        "{}",
        name(), deleted ? "deleted or replaced" : "renamed", last.empty() ? "unknown" : last));
}

// If the old file still exists elsewhere, its records stay there; otherwise, those that are not
// known to be on disk are written again.
void FileSink::leave_old_file(FileWatch::Place place) noexcept {
    if (place == FileWatch::Place::elsewhere) {
        if (disk_sync_ != nullptr) finish_sync();
        if (!cut_half_line()) lines_.take_back_half_line();
        if (lines_.unreleased() == 0) return;
    } else if (disk_sync_ != nullptr && disk_sync_->running()) {
        static_cast<void>(disk_sync_->wait());
    }
    syncing_records_ = written_records_ = 0;
    syncing_bytes_ = 0;
    lines_.take_back();
}

std::string FileSink::trouble(SinkState state) const {
    return gone_ && state == SinkState::refusing ? cannot_open_ : Sink::trouble(state);
}

}  // namespace hark
