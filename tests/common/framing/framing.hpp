// What a framer makes of a stream, as text that a test can compare: "lf:one|nul:two|quiet:three".
// A part is "full:xxx~", and what continues a message begins with "~".
#pragma once

#include "common/framing/framer.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
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
    explicit Stream(Framing framing, std::initializer_list<Step> steps = {}) : framer{framing} {
        for (const Step& step : steps) {
            if (const auto* bytes = std::get_if<std::string_view>(&step)) {
                read(*bytes);
            } else {
                flush(std::get<End>(step));
            }
        }
    }

    void read(std::string_view bytes) {
        // A copy of the exact size, so that a sanitizer sees what is read behind it.
        const std::vector<char> data(bytes.begin(), bytes.end());
        const auto fed = feed({data.data(), data.size()},
                              [this](const Frame& frame) { append_frame(seen, frame); });
        CHECK(fed.unread == 0);
    }
    template <typename OnFrame>
    Framer::Fed feed(std::string_view data, OnFrame on_frame) {
        return framer.feed(data, split_point, [&](const Frame& frame) {
            on_frame(frame);
            return FrameVerdict::next;
        });
    }
    // "-" is seen when there was nothing to flush.
    void flush(End end) {
        Frame frame;
        if (framer.flush(end, frame)) {
            append_frame(seen, frame);
        } else {
            seen += seen.empty() ? "-" : "|-";
        }
    }
    // In milliseconds, where 100 are configured; -1: no tail is taken.
    [[nodiscard]] std::int64_t quiet_ms() const {
        const auto time = framer.quiet_time(std::chrono::milliseconds{100});
        return time ? time->count() : -1;
    }

    Framer framer;
    UnevenSplit split_point;
    std::string seen;
};

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
    const auto end_message = [&](End end) {
        if (message.ends_with('\r')) message.pop_back();
        append_message(seen, message, end);
        message.clear();
        behind_end = true;
    };
    for (const char byte : stream) {
        if (byte == '\0' && behind_end) continue;
        if (byte == '\0' || byte == '\n') {
            end_message(byte == '\0' ? End::nul : End::lf);
        } else {
            message += byte;
            behind_end = false;
        }
    }
    if (!message.empty()) end_message(End::eof);
    return seen;
}

}  // namespace hark::naive
