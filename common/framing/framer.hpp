// Framing of a connection: where its messages end. A framer knows bytes and habits; it has no
// clock, no socket and no charset. Its owner feeds it what each read brought, keeps the time, and
// calls flush() when time is up.
//
// There is a class for each Framing: LineFramer, AutoFramer, ChunkFramer. Each has a Reading, which
// takes the frames out of one read, and a flush(). Framer chooses between them once a read, so that
// a frame costs no indirect call. A new framing is a class, an enumerator, its part of FramerState
// and a case in Framer::visit(), and the compiler asks for the last.
//
// A framer keeps at most FRAME_CAPACITY bytes: those of a message that has begun and not ended.
// The same bytes give the same frames, however they are split over reads.
#pragma once

#include "common/framing/auto_framer.hpp"
#include "common/framing/chunk_framer.hpp"
#include "common/framing/frame.hpp"
#include "common/framing/line_framer.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hark {

// All that a framer remembers between two reads: plain data. A framer that is made of a copy goes
// on where the other one stood.
struct FramerState {
    Framing framing = Framing::automatic;
    TailHabits habits;  // Framing::automatic
    LineState line;     // Framing::automatic, Framing::line
};

class Framer {
   public:
    explicit Framer(Framing framing) noexcept { state_.framing = framing; }
    explicit Framer(const FramerState& state) noexcept : state_{state} {}

    [[nodiscard]] const FramerState& state() const noexcept { return state_; }

    struct Fed {
        FrameVerdict verdict;  // the last one
        std::size_t unread;    // bytes behind the frame for which it was `stop`
        bool pending_is_new;   // the message that is pending now began in these bytes
    };
    // Takes the bytes of one read and calls `on_frame`, FrameVerdict(const Frame&), for each frame
    // in them until it says stop.
    template <typename OnFrame>
    Fed feed(std::string_view data, SplitPoint& split_point, OnFrame&& on_frame) noexcept {
        return visit([&](auto framer) {
            typename decltype(framer)::Reading reading{framer, data, split_point};
            for (Frame frame; reading.next(frame);) {
                if (on_frame(frame) == FrameVerdict::stop) {
                    return Fed{FrameVerdict::stop, reading.unread(), false};
                }
            }
            return Fed{FrameVerdict::next, 0, reading.pending_is_new()};
        });
    }

    // Whether a message has begun that has not ended.
    [[nodiscard]] bool pending() const noexcept { return state_.line.pending(); }

    // Ends the pending message as it is. False when there is none, or when what was pending turned
    // out to be the late terminator of a message already taken.
    [[nodiscard]] bool flush(End end, Frame& frame) noexcept;

    // How long nothing must come before flush(End::quiet) is due, when one is due at all. `base` is
    // the time for a peer of which nothing is known.
    [[nodiscard]] std::optional<std::chrono::milliseconds> quiet_time(
        std::chrono::milliseconds base) const noexcept;

    // Whether replies should wait for the pending message: a peer that sends without terminators
    // waits for one reply to one send.
    [[nodiscard]] bool holds_replies() const noexcept;

    // "line" or "chunk", as the peer was found to be or its listener says; "auto" before that.
    [[nodiscard]] Framing habit() const noexcept;

   private:
    // The framer of this framing, as a view of the state, to `use`.
    template <typename Use>
    auto visit(Use&& use) noexcept {
        switch (state_.framing) {
            case Framing::line:
                return use(LineFramer{state_.line});
            case Framing::chunk:
                return use(ChunkFramer{});
            case Framing::automatic:
                break;
        }
        return use(AutoFramer{state_.line, state_.habits});
    }

    FramerState state_;
};

}  // namespace hark
