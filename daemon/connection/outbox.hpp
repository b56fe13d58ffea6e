// What a connection has to say and could not yet: a peer that does not read its answers costs one
// line begun, one range of messages, and its last words, however much it sends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class Outbox {
   public:
    // The peer is not reading: answers are merged instead of written out.
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }

    // Bytes that are to leave next, and nothing before them is merged.
    [[nodiscard]] std::string& lines() noexcept { return lines_; }

    // Merges the answer to messages `first` to `last`; 0 for an empty line, which vanishes in a
    // range and is answered once on its own.
    void merge(std::uint64_t first, std::uint64_t last, bool as_bytes) noexcept;
    // Messages whose answer waits for the peer to read.
    [[nodiscard]] std::uint64_t unread() const noexcept {
        return blocked_ && first_ > 0 ? last_ - first_ + 1 : 0;
    }

    // Behind all else.
    void append_last_words(std::string_view line) { last_words_.append(line); }

    // All of it as bytes, into `text`; the outbox is then empty and no longer blocked.
    void take(std::string& text);

    // `text` could not be sent, from its first byte on: the line that is begun is kept as it is,
    // answers behind it are merged, and from now on the outbox is blocked.
    void keep(std::string_view text);

   private:
    std::string lines_;
    std::string last_words_;
    std::uint64_t first_ = 0;  // of the merged messages; 0: only empty lines
    std::uint64_t last_ = 0;
    bool merged_ = false;
    bool some_as_bytes_ = false;
    bool blocked_ = false;
};

}  // namespace hark
