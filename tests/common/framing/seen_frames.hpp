// Frames as text that a test can compare: "lf:one|nul:two|quiet:three". A part is "full:xxx~", and
// a frame that continues a message begins with "~".
#pragma once

#include "common/framing/frame.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hark::test {

// Splits up to three units before the end, depending on the last unit.
class UnevenSplit final : public SplitPoint {
   public:
    [[nodiscard]] std::size_t find(std::string_view bytes) noexcept override {
        ++calls;
        longest = std::max(longest, bytes.size());
        return back(bytes, width);
    }
    [[nodiscard]] static std::size_t back(std::string_view bytes, std::size_t width = 1) noexcept {
        return bytes.size() -
               width * (static_cast<unsigned char>(bytes[bytes.size() - width]) & 3U);
    }

    std::size_t width = 1;  // bytes of a unit
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

struct Message {
    std::string bytes;
    End end;
    friend bool operator==(const Message&, const Message&) = default;
};
using Messages = std::vector<Message>;

// "lf:one|nul:two"
inline std::string seen(const Messages& messages) {
    std::string seen;
    for (const Message& each : messages) append_frame(seen, {each.bytes, each.end, true, true});
    return seen;
}

// Frames as whole messages, whatever the parts they came in.
class JoinedMessages {
   public:
    void add(const Frame& frame) {
        const bool part = !frame.last;
        if (frame.first != ended_ || frame.bytes.size() > FRAME_CAPACITY) sound_ = false;
        if (part != (frame.end == End::full) || (part && frame.bytes.empty())) sound_ = false;
        if (frame.first) messages_.push_back({});
        messages_.back().bytes += frame.bytes;
        messages_.back().end = frame.end;
        ended_ = frame.last;
    }
    [[nodiscard]] const Messages& messages() const noexcept { return messages_; }
    // Whether parts had a valid size and each message ended once.
    [[nodiscard]] bool sound() const noexcept { return sound_ && ended_; }

   private:
    Messages messages_;
    bool ended_ = true;
    bool sound_ = true;
};

}  // namespace hark::test
