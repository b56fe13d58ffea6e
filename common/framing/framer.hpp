// Framing of a connection: where its messages end. A framer knows bytes and habits; it has no
// clock, no socket and no charset. Its owner feeds it the bytes of each read, keeps the time, and
// calls flush() when time is up.
//
// There is a class for each Framing. Each has a Reading, which takes the frames out of one read,
// and a flush(). Framer chooses between them once per read, so that a frame costs no indirect call.
// A new framing is a class, an enumerator, its part of FramerState and a case in Framer::visit();
// the compiler insists on the last.
//
// A framer keeps at most FRAME_CAPACITY bytes: those of a message that has begun and not ended.
// The same bytes give the same frames, however they are split over reads, with two exceptions: a
// chunk is a read, and Framing::automatic learns about CRs from how they arrive.
#pragma once

#include "common/framing/auto_framer.hpp"
#include "common/framing/chunk_framer.hpp"
#include "common/framing/code_units.hpp"
#include "common/framing/delimited_framer.hpp"
#include "common/framing/frame.hpp"
#include "common/framing/framing_options.hpp"
#include "common/framing/line_framer.hpp"
#include "common/framing/message_buffer.hpp"
#include "common/framing/sized_framer.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <variant>

namespace hark {

// All that a framer remembers between two reads: plain data. A framer on a copy, with the same
// options, continues where the other one stopped.
struct FramerState {
    // The state at the beginning of a stream.
    explicit FramerState(Framing framing) noexcept;

    CodeUnit unit = CodeUnit::byte;
    MessageBuffer message;
    std::variant<AutoState, DelimitedState, SizedState> progress;  // as the framing needs
};

class Framer {
   public:
    // Both must outlive the framer, which is only a view of them. `state` is for the same framing.
    Framer(const FramingOptions& options, FramerState& state) noexcept
        : options_{options}, state_{state} {}

    // Frames the bytes to come by these units. For Framing::automatic and Framing::line, while
    // nothing is pending; other framings do not look at text.
    void set_unit(CodeUnit unit) noexcept { state_.unit = unit; }
    [[nodiscard]] CodeUnit unit() const noexcept { return state_.unit; }

    // Nothing has come for a while: a NUL that comes next ends an empty message instead of
    // belonging to the last one's terminator.
    void note_silence() noexcept;

    struct Fed {
        FrameVerdict verdict;  // the last one
        std::size_t unread;    // bytes after the frame for which it was not `next`
        bool pending_is_new;   // the message that is pending now began in these bytes
    };
    // Takes the bytes of one read and calls `on_frame`, FrameVerdict(const Frame&), for each frame
    // in them until it returns anything but `next`. The byte before `data` must be writable.
    template <typename OnFrame>
    Fed feed(std::span<char> data, SplitPoint& split_point, OnFrame&& on_frame) noexcept {
        return visit([&](auto framer) {
            typename decltype(framer)::Reading reading{framer, data, split_point};
            for (Frame frame; reading.next(frame);) {
                const FrameVerdict verdict = on_frame(frame);
                if (verdict != FrameVerdict::next) return Fed{verdict, reading.unread(), false};
            }
            return Fed{FrameVerdict::next, 0, reading.pending_is_new()};
        });
    }

    // Whether a message has begun and not ended.
    [[nodiscard]] bool pending() const noexcept {
        if (state_.message.pending()) return true;
        // Shortcut for the usual framings, which share this check.
        if (const AutoState* state = std::get_if<AutoState>(&state_.progress)) {
            return state->line.held_cr || state->line.has_half;
        }
        return pending_otherwise();
    }

    // Ends the pending message as it is, with `on_frame` as above: a message with CRs in it may
    // turn out to be several. Fed::unread counts the pending bytes after a `stop`.
    // Returns nothing when there is no message, or when what was pending turned out to be the late
    // terminator of one already taken.
    template <typename OnFrame>
    std::optional<Fed> flush(End end, SplitPoint& split_point, OnFrame&& on_frame) noexcept {
        std::optional<Fed> flushed;
        for (Frame frame; take_pending(end, split_point, frame);) {
            flushed = {FrameVerdict::next, 0, false};
            if (on_frame(frame) == FrameVerdict::next) continue;
            flushed = {FrameVerdict::stop, left(), false};
            break;
        }
        return flushed;
    }

    // How long nothing must come before flush(End::quiet) is due, if one will be due at all. `base`
    // is the time for a peer about which nothing is known.
    [[nodiscard]] std::optional<std::chrono::milliseconds> quiet_time(
        std::chrono::milliseconds base) const noexcept;
    // The same for bytes that have not been fed yet and may belong to the pending message.
    [[nodiscard]] std::optional<std::chrono::milliseconds> quiet_time_of_held(
        std::chrono::milliseconds base) const noexcept;

    // Whether replies should wait for the pending message: a peer that sends without terminators
    // waits for one reply per send.
    [[nodiscard]] bool holds_replies() const noexcept {
        return options_.framing == Framing::automatic && pending() && pending_holds_replies();
    }

    // With Framing::automatic, "line" or "chunk" once the peer has shown which it is, "auto" before
    // that. Otherwise the listener's framing.
    [[nodiscard]] Framing habit() const noexcept;

   private:
    [[nodiscard]] bool pending_otherwise() const noexcept;
    [[nodiscard]] bool pending_holds_replies() const noexcept;
    [[nodiscard]] bool take_pending(End end, SplitPoint& split_point, Frame& frame) noexcept;
    // Pending bytes after the last frame.
    [[nodiscard]] std::size_t left() const noexcept;

    // Calls `use` with the framer of this framing, a view of the state.
    template <typename Use>
    auto visit(Use&& use) const noexcept {
        switch (options_.framing) {
            case Framing::line:
                return visit_units<LineFramer>(use, std::get_if<AutoState>(&state_.progress)->line);
            case Framing::chunk:
                return use(ChunkFramer{});
            case Framing::delimited:
                return use(DelimitedFramer{options_, state_.message,
                                           *std::get_if<DelimitedState>(&state_.progress)});
            case Framing::counted:
                return use(CountedFramer{options_, state_.message,
                                         *std::get_if<SizedState>(&state_.progress)});
            case Framing::length:
                return use(LengthFramer{options_, state_.message,
                                        *std::get_if<SizedState>(&state_.progress)});
            case Framing::automatic:
                break;
        }
        return visit_units<AutoFramer>(use, *std::get_if<AutoState>(&state_.progress));
    }
    template <template <typename> typename TextFramer, typename Use, typename State>
    auto visit_units(Use&& use, State& state) const noexcept {
        switch (state_.unit) {
            case CodeUnit::utf16le:
                return use(TextFramer<Utf16LeUnits>{state_.message, state});
            case CodeUnit::utf16be:
                return use(TextFramer<Utf16BeUnits>{state_.message, state});
            case CodeUnit::byte:
                break;
        }
        return use(TextFramer<ByteUnits>{state_.message, state});
    }

    const FramingOptions& options_;
    FramerState& state_;
};

}  // namespace hark
