// A place that records go to. The event log hands every record to every sink, which renders it
// into memory of its own, and asks them once a round to hand on what they hold.
#pragma once

#include "common/loop/callback.hpp"
#include "common/record/record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

enum class SinkState : std::uint8_t {
    clear,     // holds nothing
    busy,      // what it holds is on its way; it says when that is done
    blocked,   // its reader is slow: it says when there is room
    refusing,  // a failure, in error(): only another try can tell
    gone,      // a failure that no try can mend, in error()
};

class Sink {
   public:
    // `on_ready`: commit() has something to do again.
    explicit Sink(Callback<void()> on_ready) noexcept : on_ready_{on_ready} {}
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    // As it was given: "console", "file:/var/log/harkd/messages.jsonl".
    [[nodiscard]] virtual std::string_view spec() const noexcept = 0;

    // Takes a record. Never fails and never writes.
    virtual void append(const Record& record) noexcept = 0;

    // Hands on what it holds, as far as it can without waiting.
    [[nodiscard]] virtual SinkState commit() noexcept = 0;

    // Begins anew at its place, for log rotation. What it holds goes to the new one. Returns what
    // is wrong, empty when all is well; the old one then stays in use.
    [[nodiscard]] virtual std::string reopen() { return {}; }

    // Before it is let go: hands on what it holds, waiting for a disk if need be.
    virtual void finish() noexcept { static_cast<void>(commit()); }
    // How many of the records it still holds it can give away as JSON Lines...
    [[nodiscard]] virtual std::uint64_t transferable() const noexcept { return 0; }
    // ...and does.
    [[nodiscard]] virtual std::string take_lines() { return {}; }
    // Whether it can take over such lines...
    [[nodiscard]] virtual bool adopts() const noexcept { return false; }
    // ...and does, before any record of its own.
    virtual void adopt(std::string_view) {}

    // Whether a record is stored only when the disk has it; where there is no disk nothing changes.
    virtual void set_sync(bool) {}

    // What was cut off its end when it was opened: bytes of a torn line. Forgets it.
    [[nodiscard]] virtual std::uint64_t take_cut_off() noexcept { return 0; }

    // Bytes of records that are not stored yet...
    [[nodiscard]] virtual std::size_t held() const noexcept = 0;
    // ...and those among them that a commit() would write.
    [[nodiscard]] virtual std::size_t unwritten() const noexcept = 0;

    // Records that are where they belong, counted from the sink's beginning.
    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
    // A positive errno, with `refusing` and `gone`.
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
