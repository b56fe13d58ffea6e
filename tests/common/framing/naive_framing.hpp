// The same framings in the simplest way possible: with the whole stream at hand, and no state
// between reads.
#pragma once

#include "common/framing/code_units.hpp"
#include "common/framing/framing_options.hpp"
#include "tests/common/framing/seen_frames.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark::naive {

inline constexpr std::string_view BLANKS{" \t\r\n\0", 5};

using test::Messages;

// The frames of `messages`, long ones in parts, with units of `width` bytes.
inline std::string in_parts(const Messages& messages, std::size_t width = 1) {
    std::string seen;
    for (const auto& [bytes, end] : messages) {
        std::string_view rest = bytes;
        bool first = true;
        while (rest.size() > FRAME_CAPACITY) {
            const std::string_view window = rest.substr(0, FRAME_CAPACITY);
            const std::string_view part = window.substr(0, test::UnevenSplit::back(window, width));
            test::append_frame(seen, {part, End::full, first, false});
            rest.remove_prefix(part.size());
            first = false;
        }
        test::append_frame(seen, {rest, end, first, true});
    }
    return seen;
}

// Cuts lines, and what follows the last one, unit by unit.
class Lines {
   public:
    [[nodiscard]] static Messages cut(std::string_view stream, CodeUnit unit = CodeUnit::byte) {
        Lines lines;
        lines.unit_ = unit;
        const std::size_t width = lines.width();
        for (; stream.size() >= width; stream.remove_prefix(width)) {
            const std::string_view next = stream.substr(width);
            lines.take(stream.substr(0, width),
                       next.size() >= width ? lines.ascii(next.substr(0, width)) : -1);
        }
        if (!lines.message_.empty() || !stream.empty()) {
            if (stream.empty()) lines.trim();
            lines.messages_.push_back({lines.message_.append(stream), End::eof});
        }
        return lines.messages_;
    }

   private:
    [[nodiscard]] std::size_t width() const { return unit_ == CodeUnit::byte ? 1 : 2; }
    // The character; -1 if it is not ASCII.
    [[nodiscard]] int ascii(std::string_view unit) const {
        const auto byte = [unit](std::size_t at) { return static_cast<unsigned char>(unit[at]); };
        if (unit_ == CodeUnit::byte) return byte(0);
        const std::size_t low = unit_ == CodeUnit::utf16le ? 0 : 1;
        return byte(1 - low) == 0 ? byte(low) : -1;
    }
    void trim() {
        if (message_.size() < width()) return;
        const std::size_t before = message_.size() - width();
        if (ascii(std::string_view{message_}.substr(before)) == '\r') message_.resize(before);
    }
    void take(std::string_view unit, int next) {
        const int what = ascii(unit);
        const bool behind_lf = std::exchange(behind_lf_, false);
        if (what == '\r' && behind_lf && next != '\n') return;
        if (what == '\0' && behind_end_) return;
        behind_end_ = what == '\0' || what == '\n';
        behind_lf_ = what == '\n';
        if (!behind_end_) {
            message_ += unit;
            return;
        }
        trim();
        messages_.push_back({std::exchange(message_, {}), behind_lf_ ? End::lf : End::nul});
    }

    CodeUnit unit_ = CodeUnit::byte;
    Messages messages_;
    std::string message_;
    bool behind_end_ = false;
    bool behind_lf_ = false;
};

inline std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(BLANKS);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(BLANKS) - first + 1);
}

// Whole messages of delimited framing, and what follows the last one.
inline Messages delimited(const FramingOptions& options, std::string_view stream) {
    const std::string_view begin = options.begin.bytes();
    const std::string_view end = options.end.bytes();
    const auto end_of = [&stream](std::string_view what) {
        const std::size_t at = what.empty() ? std::string_view::npos : stream.find(what);
        return at == std::string_view::npos ? at : at + what.size();
    };
    Messages messages;
    const auto add_some = [&messages](std::string_view text, End why) {
        if (!text.empty()) messages.push_back({std::string{text}, why});
    };
    for (bool inside = begin.empty();;) {
        const std::size_t begun = end_of(begin);
        const std::size_t ended = inside ? end_of(end) : std::string_view::npos;
        const std::size_t next = std::min(begun, ended);
        const bool ends = next == ended;
        std::string_view text = stream;
        if (next != std::string_view::npos) {
            text = stream.substr(0, next - (ends ? end : begin).size());
        }
        if (!inside) text = without_blanks(text);
        if (next == std::string_view::npos) {
            add_some(text, inside ? End::eof : End::stray);
            return messages;
        }
        if (ends) {
            messages.push_back({std::string{text}, End::delimiter});
        } else {
            add_some(text, End::stray);
        }
        stream.remove_prefix(next);
        inside = !ends || begin.empty();
    }
}

// Trims long stray messages for comparison, because blanks in a part that has left cannot be taken
// back. A part may be three bytes shorter than the capacity (test::UnevenSplit).
inline Messages without_late_blanks(Messages messages) {
    for (test::Message& each : messages) {
        if (each.end != End::stray || each.bytes.size() < FRAME_CAPACITY - 3) continue;
        each.bytes.resize(each.bytes.find_last_not_of(BLANKS) + 1);
    }
    return messages;
}

// Whole messages of counted and length framing.
class Sized {
   public:
    Sized(const FramingOptions& options, std::string_view stream) : options_{options} {
        while (!stream.empty() && take(stream)) {
        }
    }

    Messages messages;         // complete and valid ones
    std::string_view bad;      // the stream from a bad header on
    std::string_view partial;  // an incomplete text, or else an incomplete header

   private:
    // False when nothing more can be taken.
    bool take(std::string_view& stream) {
        const bool counted = options_.framing == Framing::counted;
        if (counted && BETWEEN.find(stream.front()) != std::string_view::npos) {
            stream.remove_prefix(1);
            return true;
        }
        std::uint64_t length = 0;
        const std::size_t header = counted ? count(stream, length) : binary(stream, length);
        const bool whole = header <= stream.size();
        if (header == 0 || (whole && length > options_.max_message)) {
            bad = stream;
            return false;
        }
        if (!whole || stream.size() - header < length) {
            partial = whole ? stream.substr(header) : stream;
            return false;
        }
        messages.push_back(
            {std::string{stream.substr(header, length)}, counted ? End::counted : End::length});
        stream.remove_prefix(header + length);
        return true;
    }
    // The size of the header: more than `stream` has if it is incomplete, 0 if it is bad.
    static std::size_t count(std::string_view stream, std::uint64_t& length) {
        const std::size_t digits = std::min(stream.find_first_not_of("0123456789"), stream.size());
        if (digits > 9 || (digits > 1 && stream.front() == '0')) return 0;
        if (digits == stream.size()) return digits + 1;
        if (digits == 0 || stream[digits] != ' ') return 0;
        length = std::stoull(std::string{stream.substr(0, digits)});
        return digits + 1;
    }
    [[nodiscard]] std::size_t binary(std::string_view stream, std::uint64_t& length) const {
        std::string header{stream.substr(0, options_.length_bytes)};
        if (options_.length_order == ByteOrder::little) std::ranges::reverse(header);
        for (const char byte : header) length = length * 256 + static_cast<unsigned char>(byte);
        return options_.length_bytes;
    }

    static constexpr std::string_view BETWEEN{"\r\n\0", 3};
    FramingOptions options_;
};

}  // namespace hark::naive
