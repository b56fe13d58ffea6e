// A destination of records. The event log passes every record to every sink, which renders it into
// its own memory, and once per round makes them write what they hold.
#pragma once

#include "common/loop/callback.hpp"
#include "common/record/record.hpp"
#include "common/sys/error.hpp"
#include "daemon/log/sink_config.hpp"
#include "daemon/log/sink_handover.hpp"
#include "daemon/stream/stream_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hark {

enum class SinkState : std::uint8_t {
    clear,     // nothing pending
    busy,      // writing in progress; reports when that is done
    blocked,   // its reader is slow: reports when there is room
    refusing,  // failed, see error(); only a retry shows whether that is over
    gone,      // failed for good, see error()
};

class Sink {
   public:
    // `name`: SinkConfig::name(). `on_ready` is called when commit() has something to do again.
    Sink(std::string name, Callback<void()> on_ready) noexcept
        : name_{std::move(name)}, on_ready_{on_ready} {}
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    // Takes a record. Never fails and never writes.
    virtual void append(const Record& record) noexcept = 0;

    // Writes what it holds, as much as possible without blocking.
    [[nodiscard]] virtual SinkState commit() noexcept = 0;

    // In bytes.
    struct Backlog {
        std::size_t held = 0;       // of records that are not stored yet
        std::size_t unwritten = 0;  // the part of them that commit() would write
    };
    [[nodiscard]] virtual Backlog backlog() const noexcept = 0;

    // How many records after the stored() ones may be stored too: written, but not confirmed.
    [[nodiscard]] virtual std::uint64_t in_doubt() const noexcept { return 0; }

    // Opens its destination anew, for log rotation; what it holds goes there. Returns the error,
    // with the old one still in use; empty: none.
    [[nodiscard]] virtual std::string reopen() { return {}; }
    // Takes over the options of `config`, which has the same name.
    virtual void reconfigure(const SinkConfig&) {}

    // Called before it is dropped: writes what it holds, waiting for a disk if need be. Returns all
    // records that are not stored even then, as JSON Lines; nullopt: it cannot.
    [[nodiscard]] virtual std::optional<std::string> finish() {
        static_cast<void>(commit());
        return std::nullopt;
    }
    // Takes over such lines, before any record of its own. False: it cannot.
    [[nodiscard]] virtual bool adopt(std::string_view) { return false; }

    // Before the process gives way to its successor: begins nothing that takes time until told
    // otherwise...
    virtual void hold_still(bool) noexcept {}
    // ...and whether nothing of that kind is running any more.
    [[nodiscard]] virtual bool is_still() const noexcept { return true; }
    // Hands what it holds to the successor, where take_over() comes before any record.
    virtual void hand_over(SinkHandover& into) const = 0;
    virtual void take_over(const SinkHandover& from) = 0;

    // Number of records stored since the sink was created.
    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
    // A positive errno, if `refusing` or `gone`.
    [[nodiscard]] int error() const noexcept { return error_; }
    // Why it is in `state`, which commit() has returned: in English, for people.
    [[nodiscard]] virtual std::string trouble(SinkState state) const {
        switch (state) {
            case SinkState::busy:
                return "the disk has not confirmed it yet";
            case SinkState::blocked:
                return "its reader is slow";
            case SinkState::clear:
            case SinkState::refusing:
            case SinkState::gone:
                break;
        }
        return errno_text(error_);
    }
    // The health of its stream; nullopt: it is not a stream.
    [[nodiscard]] virtual std::optional<StreamHealth> stream() const { return std::nullopt; }
    // What has happened since the last call that operators should know; empty: nothing.
    [[nodiscard]] std::string take_remark() noexcept { return std::exchange(remark_, {}); }

   protected:
    void add_stored(std::uint64_t records) noexcept { stored_ += records; }
    [[nodiscard]] SinkState fail(SinkState state, int error) noexcept {
        error_ = error;
        return state;
    }
    void remark(std::string text) noexcept { remark_ = std::move(text); }
    void say_ready() const noexcept { on_ready_(); }

   private:
    std::string name_;
    Callback<void()> on_ready_;
    std::uint64_t stored_ = 0;
    int error_ = 0;
    std::string remark_;
};

}  // namespace hark
