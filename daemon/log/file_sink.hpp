// A file of JSON Lines.
//
// There is one write per round, with O_APPEND, so the file can be rotated by renaming and
// reopening. The file consists of complete lines: a line that does not fit is removed again, and a
// torn line left by a crash is removed when the file is opened. The file is locked (flock(2)),
// since a second writer would break this.
//
// With `sync`, a record is stored when the disk has it. The kernel waits for the disk
// (disk_sync.hpp); lines that arrive meanwhile are synced next. What a disk fails to store is
// truncated and written again: a second fdatasync(2) would report success without retrying.
//
// If somebody deletes, renames or replaces the file, it is opened anew within a second. What was
// written to a deleted file is lost with it; a report names the last record there.
//
// Sources: file_sink.cpp, file_sink_replaced.cpp (a file that is gone).
#pragma once

#include "common/record/json_lines.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/log/disk_sync.hpp"
#include "daemon/log/file_watch.hpp"
#include "daemon/log/pending_lines.hpp"
#include "daemon/log/sink.hpp"
#include "daemon/log/sink_config.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace hark {

class FileSink final : public Sink {
   public:
    // Opens the path that `config` names, which must be a regular file or not exist yet (it is
    // created with mode 0640). `file`: that file, if it is open already. Throws std::runtime_error:
    // "cannot open /var/log/x: Permission denied".
    FileSink(EventLoop& loop, Callback<void()> on_ready, const SinkConfig& config,
             std::string_view run, UniqueFd file = {});

    void append(const Record& record) noexcept override;
    [[nodiscard]] SinkState commit() noexcept override;
    [[nodiscard]] Backlog backlog() const noexcept override;
    [[nodiscard]] std::uint64_t in_doubt() const noexcept override {
        return written_records_ + syncing_records_;
    }
    [[nodiscard]] std::string reopen() override;
    void reconfigure(const SinkConfig& config) override;
    [[nodiscard]] std::optional<std::string> finish() override;
    [[nodiscard]] bool adopt(std::string_view lines) override;
    void hold_still(bool still) noexcept override { still_ = still; }
    [[nodiscard]] bool is_still() const noexcept override {
        return disk_sync_ == nullptr || !disk_sync_->running();
    }
    void hand_over(SinkHandover& into) const override;
    void take_over(const SinkHandover& from) override;
    [[nodiscard]] std::string trouble(SinkState state) const override;

   private:
    void use(UniqueFd file, std::uint64_t cut_off);
    // Required with `sync`. Throws SystemError.
    void require_name_on_disk() const;
    void begin_syncing();
    // Writes what it holds, and waits for the disk.
    void write_out() noexcept;
    [[nodiscard]] SinkState write_lines() noexcept;
    [[nodiscard]] bool cut_off_end(std::size_t bytes) noexcept;
    [[nodiscard]] bool cut_half_line() noexcept;
    void begin_sync() noexcept;
    void start_sync() noexcept;
    void finish_sync() noexcept;
    void on_synced(int error) noexcept;
    [[nodiscard]] bool cut_unsynced() noexcept;

    // file_sink_replaced.cpp
    void on_gone() noexcept;
    void try_to_open_anew() noexcept;
    // Why the path is opened anew: on request, or since the file is gone.
    enum class Reason : std::uint8_t { asked, gone };
    // Throws std::runtime_error if it cannot be opened.
    void open_anew(Reason reason);
    void leave_old_file(FileWatch::Place place) noexcept;

    EventLoop& loop_;
    std::string path_;
    JsonLines renderer_;
    PendingLines lines_;
    UniqueFd file_;
    std::unique_ptr<DiskSync> disk_sync_;  // with `sync`
    std::uint64_t written_records_ = 0;    // with `sync`: written, not being synced yet
    std::uint64_t syncing_records_ = 0;    // being synced
    std::size_t syncing_bytes_ = 0;
    int sync_error_ = 0;    // of the last sync, until reported
    bool cut_due_ = false;  // a sync has failed, and its bytes are still in the file
    bool still_ = false;
    FileWatch watch_;
    bool gone_ = false;        // the file is no longer at its path, and no new one is open
    std::string cannot_open_;  // why not
};

}  // namespace hark
