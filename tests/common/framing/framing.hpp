// What a framer makes of a stream, as text that a test can compare: "lf:one|nul:two|quiet:three".
// A part is "full:xxx~", and what continues a message begins with "~".
#pragma once

#include "common/framing/framer.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

namespace hark::test {

// Splits a little before the end of what it is shown, depending on what that is.
class UnevenSplit final : public SplitPoint {
   public:
    [[nodiscard]] std::size_t find(std::string_view bytes) noexcept override {
        ++calls;
        longest = std::max(longest, bytes.size());
        return back(bytes);
    }
    [[nodiscard]] static std::size_t back(std::string_view bytes) noexcept {
        return bytes.size() - (static_cast<unsigned char>(bytes.back()) & 3U);
    }

    std::size_t calls = 0;
    std::size_t longest = 0;
};

inline void append_frame(std::string& seen, const Frame& frame) {
    if (!seen.empty()) seen += '|';
    if (!frame.first) seen += '~';
    seen.append(name(frame.end)) += ':';
    seen += frame.bytes;
    if (!frame.last) seen += '~';
}

// A read, or a flush.
using Step = std::variant<std::string_view, End>;

// A peer's stream on its way through a framer.
struct Stream {
    explicit Stream(Framing framing, std::initializer_list<Step> steps = {})
        : Stream{FramingOptions{.framing = framing}, steps} {}
    explicit Stream(const FramingOptions& given, std::initializer_list<Step> steps = {})
        : options{std::make_shared<const FramingOptions>(given)},
          state{std::make_shared<FramerState>(given.framing)},
          framer{*options, *state} {
        for (const Step& step : steps) {
            if (const auto* bytes = std::get_if<std::string_view>(&step)) {
                read(*bytes);
            } else {
                flush(std::get<End>(step));
            }
        }
    }

    void read(std::string_view bytes) {
        const auto fed = feed(bytes, [this](const Frame& frame) { append_frame(seen, frame); });
        CHECK(fed.unread == 0);
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
        // A copy of the exact size, so that a sanitizer sees what is read behind it, and before the
        // byte that there must be.
        std::vector<char> data(bytes.size() + 1);
        std::copy(bytes.begin(), bytes.end(), data.begin() + 1);
        return framer.feed({data.data() + 1, bytes.size()}, split_point, on_frame);
    }
    // "-" is seen when there was nothing to flush.
    void flush(End end) {
        const auto flushed = framer.flush(end, split_point, [this](const Frame& frame) {
            append_frame(seen, frame);
            return FrameVerdict::next;
        });
        if (!flushed) seen += seen.empty() ? "-" : "|-";
    }
    // Goes on where `other`, with the same options, stands.
    void go_on_from(const Stream& other) {
        const FramerState copy = *other.state;
        *state = FramerState{options->framing};
        *state = copy;
    }
    // In milliseconds, where 100 are configured; -1: no tail is taken.
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

}  // namespace hark::test

namespace hark::naive {

inline void append_message(std::string& seen, std::string_view message, End end) {
    bool first = true;
    while (message.size() > FRAME_CAPACITY) {
        const std::string_view window = message.substr(0, FRAME_CAPACITY);
        const std::string_view part = window.substr(0, test::UnevenSplit::back(window));
        test::append_frame(seen, {part, End::full, first, false});
        message.remove_prefix(part.size());
        first = false;
    }
    test::append_frame(seen, {message, end, first, true});
}

// A whole stream of terminated messages and what follows the last, a byte at a time.
inline std::string cut(std::string_view stream) {
    std::string seen;
    std::string message;
    bool behind_end = false;
    bool behind_lf = false;
    const auto end_message = [&](End end) {
        if (message.ends_with('\r')) message.pop_back();
        append_message(seen, message, end);
        message.clear();
        behind_end = true;
        behind_lf = end == End::lf;
    };
    for (std::size_t i = 0; i < stream.size(); ++i) {
        const char byte = stream[i];
        const bool before_lf = i + 1 < stream.size() && stream[i + 1] == '\n';
        if (byte == '\r' && behind_lf && !before_lf) {
            behind_lf = false;
            continue;
        }
        if (byte == '\0' && behind_end) {
            behind_lf = false;
            continue;
        }
        if (byte == '\0' || byte == '\n') {
            end_message(byte == '\0' ? End::nul : End::lf);
        } else {
            message += byte;
            behind_end = behind_lf = false;
        }
    }
    if (!message.empty()) end_message(End::eof);
    return seen;
}

}  // namespace hark::naive
