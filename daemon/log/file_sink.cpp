#include "daemon/log/file_sink.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "daemon/log/log_file.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>

namespace hark {

FileSink::FileSink(EventLoop& loop, Callback<void()> on_ready, const SinkConfig& config,
                   std::string_view run, UniqueFd file)
    : Sink{config.name(), on_ready},
      loop_{loop},
      path_{config.path},
      renderer_{std::string{run}},
      watch_{loop, method<&FileSink::on_gone>(*this)} {
    const bool is_new = !file;
    OpenedLogFile opened = is_new ? open_log_file(path_) : OpenedLogFile{.fd = std::move(file)};
    if (config.sync) {
        if (is_new) require_name_on_disk();
        begin_syncing();
    }
    use(std::move(opened.fd), opened.cut_off);
}

void FileSink::use(UniqueFd file, std::uint64_t cut_off) {
    file_ = std::move(file);
    watch_.start(file_.get(), path_);
    gone_ = cut_due_ = false;
    if (cut_off == 0) return;
    remark(fmt::format("cut off {} bytes of a torn line at the end of {}", cut_off, name()));
}

void FileSink::require_name_on_disk() const {
    if (const int error = sync_folder_of(path_); error < 0) {
        throw SystemError{-error, N_("cannot sync the folder of {}"), path_};
    }
}

void FileSink::begin_syncing() {
    disk_sync_ = std::make_unique<DiskSync>(loop_, method<&FileSink::on_synced>(*this));
}

void FileSink::append(const Record& record) noexcept {
    renderer_.append(lines_.next_line(), record);
}

SinkState FileSink::commit() noexcept {
    if (gone_) try_to_open_anew();
    if (gone_ || (cut_due_ && !cut_unsynced())) return fail(SinkState::refusing, EIO);
    const SinkState written = write_lines();
    if (disk_sync_ == nullptr) return written;
    begin_sync();
    if (written != SinkState::clear) return written;
    if (sync_error_ != 0) return fail(SinkState::refusing, std::exchange(sync_error_, 0));
    return disk_sync_->running() ? SinkState::busy : SinkState::clear;
}

SinkState FileSink::write_lines() noexcept {
    while (!lines_.unwritten().empty()) {
        const std::string_view bytes = lines_.unwritten();
        const ssize_t count = sys::write(file_.get(), bytes.data(), bytes.size());
        if (count <= 0) {
            if (!cut_half_line()) return fail(SinkState::refusing, EIO);
            return fail(SinkState::refusing, count == 0 ? ENOSPC : static_cast<int>(-count));
        }
        watch_.wrote();
        const std::uint64_t records = lines_.wrote(static_cast<std::size_t>(count));
        if (disk_sync_ == nullptr) {
            add_stored(records);
            lines_.release(lines_.unreleased());
        } else {
            written_records_ += records;
        }
    }
    return SinkState::clear;
}

// Truncates the file by `bytes`. Returns whether they are gone.
bool FileSink::cut_off_end(std::size_t bytes) noexcept {
    const auto size = static_cast<std::int64_t>(bytes);
    struct stat status {};
    if (sys::fstat(file_.get(), status) < 0) return false;
    // If someone else truncated the file, all but the last of these bytes are gone already.
    return sys::ftruncate(file_.get(), std::max<std::int64_t>(status.st_size - size, 0)) == 0;
}

// Removes a partially written line from the file. If that fails, the queue still knows how much of
// the line was written, and continues after that.
bool FileSink::cut_half_line() noexcept {
    if (lines_.half_line() == 0) return true;
    if (!cut_off_end(lines_.half_line())) return false;
    lines_.take_back_half_line();
    return true;
}

// Syncs what has been written, unless an earlier sync is still running.
void FileSink::begin_sync() noexcept {
    if (!still_) start_sync();
}

void FileSink::start_sync() noexcept {
    if (disk_sync_->running() || written_records_ == 0 || cut_due_) return;
    syncing_records_ = std::exchange(written_records_, 0);
    syncing_bytes_ = lines_.unreleased();
    const int started = disk_sync_->start(file_.get());
    if (started != 0) on_synced(started < 0 ? -started : 0);
}

// Blocks until the disk has everything: only for the rare changes of the file or of `sync`.
void FileSink::finish_sync() noexcept {
    if (disk_sync_->running()) on_synced(disk_sync_->wait());
    start_sync();
    if (disk_sync_->running()) on_synced(disk_sync_->wait());
}

void FileSink::on_synced(int error) noexcept {
    const std::uint64_t records = std::exchange(syncing_records_, 0);
    const std::size_t bytes = std::exchange(syncing_bytes_, 0);
    sync_error_ = error;
    if (error == 0) {
        add_stored(records);
        lines_.release(bytes);
    } else {
        written_records_ += records;
        static_cast<void>(cut_unsynced());
    }
    say_ready();
}

// Removes from the file what may not be on disk: another sync would report success without writing
// it. Nothing more may be written until this succeeds. Returns whether it has.
bool FileSink::cut_unsynced() noexcept {
    cut_due_ = !cut_off_end(lines_.unreleased() + lines_.half_line());
    if (cut_due_) return false;
    lines_.take_back();
    written_records_ = 0;
    return true;
}

void FileSink::reconfigure(const SinkConfig& config) {
    if (config.sync == (disk_sync_ != nullptr)) return;
    if (config.sync) {
        if (const int error = sync_folder_of(path_); error < 0) {
            remark(fmt::format("cannot sync the folder of {}: {}", name(), errno_text(-error)));
        }
        begin_syncing();
        return;
    }
    finish_sync();
    disk_sync_.reset();
    add_stored(std::exchange(written_records_, 0));
    lines_.release(lines_.unreleased());
}

void FileSink::write_out() noexcept {
    if (cut_due_ && !cut_unsynced()) return;
    static_cast<void>(write_lines());
    if (disk_sync_ != nullptr) finish_sync();
}

std::optional<std::string> FileSink::finish() {
    const FileWatch::Place place = watch_.place();
    if (gone_ || place == FileWatch::Place::nowhere) {
        leave_old_file(place);
    } else {
        write_out();
    }
    // The disk may or may not have what was written, so the missing records are unknown.
    if (lines_.unreleased() > 0) return std::nullopt;
    return std::string{lines_.waiting_lines()};
}

bool FileSink::adopt(std::string_view lines) {
    lines_.add(lines);
    return true;
}

void FileSink::hand_over(SinkHandover& into) const {
    into.fd = file_.get();
    into.lines = lines_.state();
    into.unsynced = written_records_ + syncing_records_;
    into.cut_due = cut_due_;
    into.gone = gone_;
}

void FileSink::take_over(const SinkHandover& from) {
    lines_.resume(from.lines);
    written_records_ = from.unsynced;
    cut_due_ = from.cut_due;
    gone_ = from.gone || watch_.place() == FileWatch::Place::nowhere;
}

Sink::Backlog FileSink::backlog() const noexcept {
    const std::size_t unwritten = lines_.unwritten().size();
    return {.held = unwritten + lines_.half_line() + lines_.unreleased(), .unwritten = unwritten};
}

std::string FileSink::reopen() {
    try {
        open_anew(Reason::asked);
        return {};
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

}  // namespace hark
