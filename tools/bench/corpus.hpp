// The messages that a load consists of, made before it begins, so that sending one costs no more
// than handing its bytes to the kernel: a few hundred that differ, one after another in one piece
// of memory, each with its end, and all of the same length.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// What the text is written in, and what ends a message.
enum class LoadCharset : std::uint8_t { ascii, chinese, gbk, undecodable };
inline constexpr std::array LOAD_CHARSETS{"ascii", "chinese", "gbk", "undecodable"};
enum class LoadFraming : std::uint8_t { lf, crlf, nul, none };
inline constexpr std::array LOAD_FRAMINGS{"lf", "crlf", "nul", "none"};

inline constexpr std::size_t MAX_LOAD_MESSAGE = 1024 * 1024;
// The fewest bytes that a message of that charset takes.
[[nodiscard]] std::size_t least_size(LoadCharset charset) noexcept;

class Corpus {
   public:
    // Messages of `size` bytes, their ends not counted, from least_size() to MAX_LOAD_MESSAGE; the
    // same each time. None is `bye`, empty, blank, or begins as another protocol or as telnet does,
    // and each proves its charset.
    Corpus(LoadCharset charset, LoadFraming framing, std::size_t size);

    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    // Of a message with its end.
    [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
    [[nodiscard]] std::size_t messages() const noexcept { return bytes_.size() / stride_; }

   private:
    std::string bytes_;
    std::size_t stride_ = 0;
};

}  // namespace hark
