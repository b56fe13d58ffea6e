// What a connection could not send yet: a peer that does not read its replies costs one partial
// line, one range of messages and its farewell, however much it sends. The range is kept as data
// and becomes a line only when it is sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// What is in an Outbox.
struct OutboxState {
    std::string lines;
    std::string last_words;
    std::string repeated;
    std::uint64_t repeats = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool merged = false;
    bool some_as_bytes = false;
    bool blocked = false;
};

class Outbox {
   public:
    Outbox() noexcept = default;
    // Restores another outbox. `repeated`, the text of OutboxState::repeated, must outlive it.
    Outbox(const OutboxState& state, std::string_view repeated);
    [[nodiscard]] OutboxState state() const;

    // The peer is not reading: replies are merged instead of written out.
    [[nodiscard]] bool blocked() const noexcept { return blocked_; }
    void block() noexcept { blocked_ = true; }

    // Bytes that leave first, unchanged.
    [[nodiscard]] std::string& lines() noexcept { return lines_; }

    // Merges the reply to messages `first` to `last`; 0 for an empty line, which vanishes in a
    // range and is replied to once on its own.
    void merge(std::uint64_t first, std::uint64_t last, bool as_bytes) noexcept;
    // Adds `bytes`, `count` times; they must live as long as the outbox. However many there are,
    // they cost nothing until they leave.
    void repeat(std::string_view bytes, std::uint64_t count);
    // Messages whose reply waits for the peer to read.
    [[nodiscard]] std::uint64_t unread() const noexcept {
        return blocked_ ? repeats_ + (first_ > 0 ? last_ - first_ + 1 : 0) : 0;
    }
    [[nodiscard]] bool empty() const noexcept {
        return lines_.empty() && !merged_ && repeats_ == 0 && last_words_.empty();
    }

    // Appends `line` after everything else.
    void append_last_words(std::string_view line) { last_words_.append(line); }

    // Appends its bytes to `text`: all, or no more than MAX_REPEATED of repetitions, with more to
    // come.
    void render(std::string& text) const;
    // The first `count` bytes of what render() gave have left: drops them. A partial line becomes
    // part of lines().
    void advance(std::size_t count);

    // The most bytes of repetitions that are rendered at a time.
    static constexpr std::size_t MAX_REPEATED = 4096;

   private:
    void render_merged(std::string& text) const;
    // How many repetitions are rendered at a time.
    [[nodiscard]] std::uint64_t shown_repeats() const noexcept;

    std::string lines_;
    std::string last_words_;
    std::string_view repeated_;
    std::uint64_t repeats_ = 0;
    std::uint64_t first_ = 0;  // of the merged messages; 0: only empty lines
    std::uint64_t last_ = 0;
    bool merged_ = false;
    bool some_as_bytes_ = false;
    bool blocked_ = false;
};

}  // namespace hark
