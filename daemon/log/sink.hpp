// A destination of records. The event log passes every record to every sink, which renders it into
// its own memory, and once per round makes them write what they hold.
#pragma once

#include "common/loop/callback.hpp"
#include "common/record/record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

enum class SinkState : std::uint8_t {
    clear,     // nothing pending
    busy,      // writing in progress; reports when that is done
    blocked,   // its reader is slow: reports when there is room
    refusing,  // failed, see error(): only a retry can tell
    gone,      // failed for good, see error()
};

class Sink {
   public:
    // `on_ready`: there is work for commit() again.
    explicit Sink(Callback<void()> on_ready) noexcept : on_ready_{on_ready} {}
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    // As configured: "console", "file:/var/log/harkd/messages.jsonl".
    [[nodiscard]] virtual std::string_view spec() const noexcept = 0;

    // Takes a record. Never fails and never writes.
    virtual void append(const Record& record) noexcept = 0;

    // Writes what it holds, as much as possible without blocking.
    [[nodiscard]] virtual SinkState commit() noexcept = 0;

    // Reopens its file, for log rotation. What it holds goes to the new file. Returns an error, or
    // an empty string; on error it keeps using the old file.
    [[nodiscard]] virtual std::string reopen() { return {}; }

    // Before removal: writes what it holds, blocking for a disk if necessary.
    virtual void finish() noexcept { static_cast<void>(commit()); }
    // How many of the records it holds it can hand over as JSON Lines...
    [[nodiscard]] virtual std::uint64_t transferable() const noexcept { return 0; }
    // ...and does so.
    [[nodiscard]] virtual std::string take_lines() { return {}; }
    // Whether it can adopt such lines...
    [[nodiscard]] virtual bool adopts() const noexcept { return false; }
    // ...and does so, before any record of its own.
    virtual void adopt(std::string_view) {}

    // Whether records count as stored only when on disk; no effect without a disk.
    virtual void set_sync(bool) {}

    // Bytes of a torn line removed when it was opened. Resets the count.
    [[nodiscard]] virtual std::uint64_t take_cut_off() noexcept { return 0; }

    // Bytes of records not stored yet...
    [[nodiscard]] virtual std::size_t held() const noexcept = 0;
    // ...and the part of them that commit() would write.
    [[nodiscard]] virtual std::size_t unwritten() const noexcept = 0;

    // Number of records stored since the sink was created.
    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
    // A positive errno, if `refusing` or `gone`.
    [[nodiscard]] int error() const noexcept { return error_; }

   protected:
    void add_stored(std::uint64_t records) noexcept { stored_ += records; }
    [[nodiscard]] SinkState fail(SinkState state, int error) noexcept {
        error_ = error;
        return state;
    }
    void say_ready() const noexcept { on_ready_(); }

   private:
    Callback<void()> on_ready_;
    std::uint64_t stored_ = 0;
    int error_ = 0;
};

}  // namespace hark
