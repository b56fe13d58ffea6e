// A framer that reads a stream as a script says: the sizes of reads, silence, and moves to a fresh
// framer.
#pragma once

#include "common/framing/framer.hpp"
#include "tests/common/framing/seen_frames.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hark::fuzz {

class ScriptedPeer {
   public:
    ScriptedPeer(const FramingOptions& options, SplitPoint& split_point)
        : options_{options}, state_{options.framing}, split_point_{split_point} {}

    // The code unit of what comes from now on. Call before anything is read.
    void set_unit(CodeUnit unit) noexcept { framer().set_unit(unit); }

    // Each byte of `script` is a read: its low five bits say how many bytes (0: all that are left),
    // the others what happens then. The script repeats; if it is empty, all is one read. With
    // `silence` false, nothing is flushed before the end of the stream.
    template <typename OnFrame>
    void play(std::string_view stream, std::string_view script, bool silence, OnFrame on_frame) {
        std::size_t at = 0;
        while (!stream.empty() && !stopped_) {
            const auto step = script.empty()
                                  ? std::uint8_t{0}
                                  : static_cast<std::uint8_t>(script[at++ % script.size()]);
            const std::size_t size = step % 32 == 0 ? stream.size() : step % 32U;
            read(stream.substr(0, size), on_frame);
            stream.remove_prefix(std::min(size, stream.size()));
            if (!stopped_) act(static_cast<std::uint8_t>(step / 32), silence, on_frame);
        }
        if (stopped_) return;
        flush(End::eof, on_frame);
        require(!framer().pending(), "nothing is pending behind the end");
    }

    // Whether a frame had End::frame, after which nothing is read.
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }
    [[nodiscard]] const test::JoinedMessages& joined() const noexcept { return joined_; }

   private:
    [[nodiscard]] Framer framer() noexcept { return {options_, state_}; }

    template <typename OnFrame>
    auto taking(OnFrame& on_frame) {
        return [this, &on_frame](const Frame& frame) {
            joined_.add(frame);
            on_frame(frame);
            stopped_ = frame.end == End::frame;
            return stopped_ ? FrameVerdict::stop : FrameVerdict::next;
        };
    }

    template <typename OnFrame>
    void read(std::string_view bytes, OnFrame& on_frame) {
        // Of the exact size, so that a sanitizer catches reads past the end.
        std::vector<char> data(bytes.size() + 1);
        std::copy(bytes.begin(), bytes.end(), data.begin() + 1);
        const auto fed =
            framer().feed({data.data() + 1, bytes.size()}, split_point_, taking(on_frame));
        require(fed.unread <= bytes.size(), "no more is unread than came");
        require(stopped_ || fed.unread == 0, "all is taken");
        require(stopped_ || joined_.sound() || framer().pending(), "a part's message is pending");
        if (!framer().pending()) {
            require(!framer().quiet_time(BASE), "who has sent all is not waited for");
            require(!framer().holds_replies(), "who has sent all is answered");
        }
    }
    template <typename OnFrame>
    void flush(End end, OnFrame& on_frame) {
        (void)framer().flush(end, split_point_, taking(on_frame));
    }
    template <typename OnFrame>
    void act(std::uint8_t action, bool silence, OnFrame& on_frame) {
        const auto due = framer().quiet_time(BASE);
        if (due) require(*due >= BASE / 2, "a tail has time");
        if (action == 1) {
            const FramerState copy = state_;
            state_ = FramerState{options_.framing};
            state_ = copy;
        }
        if (!silence) return;
        if (action == 2) framer().note_silence();
        if (action >= 5 && due) {
            flush(End::quiet, on_frame);
            // What may begin a frame goes on waiting.
            require(!framer().quiet_time(BASE), "silence ends what waits for it");
        }
        if (action == 4 && framer().pending()) flush(End::timeout, on_frame);
    }

    static constexpr std::chrono::milliseconds BASE{100};

    FramingOptions options_;
    FramerState state_;
    SplitPoint& split_point_;
    test::JoinedMessages joined_;
    bool stopped_ = false;
};

}  // namespace hark::fuzz
