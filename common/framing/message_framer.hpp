// Framing: where a message ends in a stream of bytes (docs/protocol.md, "Where a message ends").
//
// A message ends at LF, CRLF or a run of NUL; CR NUL and LF NUL are one end. Peers that send no end
// at all are served as well: an unfinished tail is taken as a message when nothing has come for a
// while, and how long that is depends on what the peer has done so far. The framer knows bytes and
// habits; it has no clock, no socket and no charset. Its owner feeds it what each read brought,
// keeps the time, and calls flush() when the time is over.
//
// The framer keeps at most CAPACITY bytes: those of a message that has begun and not ended. Whole
// messages that lie inside one read are handed on in place, without a copy. Longer messages leave
// in parts. The same bytes give the same frames, however they are split over reads.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hark {

enum class Framing : std::uint8_t {
    automatic,  // terminators, and quiet tails
    line,       // terminators alone
    chunk,      // what one read brings is a message
};
// "auto", "line", "chunk"
[[nodiscard]] std::string_view name(Framing framing) noexcept;

// Why a message, or a part of one, ended where it did.
enum class End : std::uint8_t {
    lf,        // LF or CRLF
    nul,       // a run of NUL, or CR and NUL
    cr,        // CR, from a peer that ends its messages so
    quiet,     // nothing more came
    chunk,     // the end of a read
    full,      // CAPACITY is reached: another part follows
    eof,       // the peer closed its side
    reset,     // the connection was lost
    timeout,   // it took too long
    shutdown,  // the daemon stops
    kicked,    // the daemon ended the connection
};
// "lf", "nul", ...
[[nodiscard]] std::string_view name(End end) noexcept;

// A message, or a part of one.
struct Frame {
    std::string_view bytes;  // without the terminator; valid until the next call to the framer
    End end = End::lf;
    bool first = true;  // begins a message
    bool last = true;   // ends it
};

// Where a message that is too long may be cut.
class CutPoint {
   public:
    CutPoint() noexcept = default;
    CutPoint(const CutPoint&) = delete;
    CutPoint& operator=(const CutPoint&) = delete;
    virtual ~CutPoint() = default;
    // How many of `bytes`, the first CAPACITY of what is left of a message, go into the next part:
    // 1 to bytes.size().
    [[nodiscard]] virtual std::size_t cut(std::string_view bytes) noexcept = 0;
};

class MessageFramer {
   public:
    static constexpr std::size_t CAPACITY = 1024;

    explicit MessageFramer(Framing framing) noexcept : framing_{framing} {}

    // The bytes of one read, being cut. One at a time; its end takes what is left over into the
    // framer.
    class Reading {
       public:
        // `data` and `cut_point` must outlive the reading.
        Reading(MessageFramer& framer, std::string_view data, CutPoint& cut_point) noexcept;
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

        // The next frame, false when there is none left. After a false, and only then, all of
        // `data` is taken.
        [[nodiscard]] bool next(Frame& frame) noexcept;

        // Bytes of `data` behind the last frame.
        [[nodiscard]] std::size_t unread() const noexcept { return data_.size() - position_; }
        // Whether the message that is pending now began in this reading.
        [[nodiscard]] bool pending_is_new() const noexcept { return begins_here_; }

       private:
        [[nodiscard]] bool next_chunk(Frame& frame) noexcept;
        [[nodiscard]] bool take_part(std::string_view rest, Frame& frame) noexcept;
        void skip_what_belongs_to_the_last() noexcept;
        // True when a part had to leave first.
        [[nodiscard]] bool settle_held_cr(Frame& frame) noexcept;
        [[nodiscard]] std::size_t find_terminator() noexcept;

        MessageFramer& framer_;
        CutPoint& cut_point_;
        std::string_view data_;
        std::size_t position_ = 0;
        std::size_t message_start_ = 0;  // of the pending message's bytes in data_
        bool begins_here_ = false;
        std::size_t drop_ = 0;  // bytes of the buffer that the last frame showed
        // Where the next of each stands, at or after position_; npos: nowhere in data_.
        std::size_t lf_ = 0;
        std::size_t nul_ = 0;
        std::size_t cr_ = 0;
    };

    // Whether a message has begun that has not ended.
    [[nodiscard]] bool pending() const noexcept { return size_ > 0 || held_cr_ || in_parts_; }

    // How long nothing must come before flush(End::quiet) is due, when one is due at all. `base` is
    // the time for a peer of which nothing is known.
    [[nodiscard]] std::optional<std::chrono::milliseconds> quiet_time(
        std::chrono::milliseconds base) const noexcept;

    // Ends the pending message as it is. False when there is none, or when what was pending turned
    // out to be the late terminator of a message already taken.
    [[nodiscard]] bool flush(End end, Frame& frame) noexcept;

    // Whether answers should wait for the pending message: a peer that sends without terminators
    // waits for one answer to one send.
    [[nodiscard]] bool holds_replies() const noexcept;

    // "line" or "chunk", as the peer was found to be or its listener says; "auto" before that.
    [[nodiscard]] Framing habit() const noexcept;

   private:
    enum class Habit : std::uint8_t { unknown, line, chunk };

    [[nodiscard]] std::string_view tail() const noexcept { return {buffer_.data(), size_}; }
    void append(std::string_view bytes) noexcept;
    void drop_front(std::size_t count) noexcept;
    void note_terminator(End end) noexcept;

    Framing framing_;
    Habit habit_ = Habit::unknown;
    std::uint8_t reads_ = 0;        // that brought bytes of the pending message; 2 means more
    std::uint8_t whole_tails_ = 0;  // tails that came in one read each; 2 means more
    bool typed_ = false;            // the pending message came one character a read
    bool in_parts_ = false;         // parts of the pending message have left
    bool held_cr_ = false;          // a CR came last: terminator or text, the next byte will tell
    bool had_tail_ = false;
    bool cr_ends_ = false;  // the first tail ended with CR: so do all messages
    // What may still belong to the message before: the rest of its terminator...
    bool absorb_nul_ = false;
    bool absorb_lf_ = false;
    // ...or, of a message that was taken without one, all of it.
    bool swallow_ = false;
    std::uint16_t size_ = 0;
    std::array<char, CAPACITY> buffer_;  // not initialised: idle connections never touch it
};

}  // namespace hark
