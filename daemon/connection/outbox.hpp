// What a connection has to say and could not yet: a peer that does not read its replies costs one
// line begun, one range of messages, and its last words, however much it sends. The replies are
// kept as data, and become a line when there is room for one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class Outbox {
   public:
    // The peer is not reading: replies are merged instead of written out.
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }
    void block() noexcept { blocked_ = true; }

    // Bytes that leave first, as they are.
    [[nodiscard]] std::string& lines() noexcept { return lines_; }

    // Merges the reply to messages `first` to `last`; 0 for an empty line, which vanishes in a
    // range and is replied to once on its own.
    void merge(std::uint64_t first, std::uint64_t last, bool as_bytes) noexcept;
    // Messages whose reply waits for the peer to read.
    [[nodiscard]] std::uint64_t unread() const noexcept {
        return blocked_ && first_ > 0 ? last_ - first_ + 1 : 0;
    }

    // Behind all else.
    void append_last_words(std::string_view line) { last_words_.append(line); }

    // Appends all of it to `text`, as bytes.
    void render(std::string& text) const;
    // Drops the first `count` bytes of what render() gave: they have left, and no more would. A
    // line that is begun is from now on one of lines().
    void advance(std::size_t count);

   private:
    void render_merged(std::string& text) const;

    std::string lines_;
    std::string last_words_;
    std::uint64_t first_ = 0;  // of the merged messages; 0: only empty lines
    std::uint64_t last_ = 0;
    bool merged_ = false;
    bool some_as_bytes_ = false;
    bool blocked_ = false;
};

}  // namespace hark
