// Feeds a peer's stream to a framer and shows the frames as text.
#pragma once

#include "common/framing/framer.hpp"
#include "tests/common/framing/seen_frames.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

namespace hark::test {

inline constexpr Framing AUTO = Framing::automatic;
inline constexpr Framing LINE = Framing::line;
inline constexpr Framing CHUNK = Framing::chunk;
inline constexpr End QUIET = End::quiet;

// A read, or a flush.
using Step = std::variant<std::string_view, End>;

struct Stream {
    explicit Stream(Framing framing, std::initializer_list<Step> steps = {})
        : Stream{FramingOptions{.framing = framing}, steps} {}
    explicit Stream(const FramingOptions& given, std::initializer_list<Step> steps = {})
        : options{std::make_shared<const FramingOptions>(given)},
          state{std::make_shared<FramerState>(given.framing)},
          framer{*options, *state} {
        for (const Step& step : steps) take(step);
    }

    void take(const Step& step) {
        if (const auto* bytes = std::get_if<std::string_view>(&step)) {
            read(*bytes);
        } else {
            flush(std::get<End>(step));
        }
    }
    void set_unit(CodeUnit unit) {
        framer.set_unit(unit);
        split_point.width = unit == CodeUnit::byte ? 1 : 2;
    }
    void read(std::string_view bytes) {
        const auto fed = feed(bytes, [this](const Frame& frame) { append_frame(seen, frame); });
        if (fed.unread != 0) FAIL("unread: ", fed.unread);
    }
    template <typename OnFrame>
    Framer::Fed feed(std::string_view bytes, OnFrame on_frame) {
        return feed_until(bytes, [&](const Frame& frame) {
            on_frame(frame);
            return FrameVerdict::next;
        });
    }
    template <typename OnFrame>
    Framer::Fed feed_until(std::string_view bytes, OnFrame on_frame) {
        // A copy of the exact size, so that a sanitizer sees reads past its end, or before the one
        // byte in front that must be writable.
        std::vector<char> data(bytes.size() + 1);
        std::copy(bytes.begin(), bytes.end(), data.begin() + 1);
        return framer.feed({data.data() + 1, bytes.size()}, split_point, on_frame);
    }
    // Shows "-" if there was nothing to flush.
    void flush(End end) {
        const auto flushed = framer.flush(end, split_point, [this](const Frame& frame) {
            append_frame(seen, frame);
            return FrameVerdict::next;
        });
        if (!flushed) seen += seen.empty() ? "-" : "|-";
    }
    // Continues from the state of `other`, which has the same options.
    void go_on_from(const Stream& other) {
        const FramerState copy = *other.state;
        *state = FramerState{options->framing};
        *state = copy;
    }
    void move_to_a_copy() { go_on_from(*this); }
    // In milliseconds, with 100 configured; -1: silence ends nothing.
    [[nodiscard]] std::int64_t quiet_ms() const {
        const auto time = framer.quiet_time(std::chrono::milliseconds{100});
        return time ? time->count() : -1;
    }

    std::shared_ptr<const FramingOptions> options;
    std::shared_ptr<FramerState> state;
    Framer framer;
    UnevenSplit split_point;
    std::string seen;
};

inline std::string seen(const FramingOptions& options, std::initializer_list<Step> steps) {
    return Stream{options, steps}.seen;
}
inline std::string seen(Framing framing, std::initializer_list<Step> steps) {
    return Stream{framing, steps}.seen;
}

// Feeds `bytes` in one read, one by one (with and without a fresh framer on a copy of the state
// each time), and in two reads, split at each place from `from` on; then ends the stream. Fails if
// the frames differ from `expected`.
inline void check_any_split(const FramingOptions& options, std::string_view bytes,
                            std::string_view expected, CodeUnit unit = CodeUnit::byte,
                            std::size_t from = 1) {
    const auto check = [&](std::size_t first, std::size_t each, bool moves) {
        Stream stream{options};
        stream.set_unit(unit);
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = at == 0 ? first : each;
            stream.read(bytes.substr(at, size));
            at += size;
            if (moves) stream.move_to_a_copy();
        }
        if (stream.framer.pending()) stream.flush(End::eof);
        if (stream.seen == expected) return;
        FAIL("split at ", first, ", then every ", each, ": ", stream.seen);
    };
    check(bytes.size(), 1, false);
    check(1, 1, false);
    check(1, 1, true);
    for (std::size_t at = from; at < bytes.size(); ++at) check(at, bytes.size(), true);
}

}  // namespace hark::test
