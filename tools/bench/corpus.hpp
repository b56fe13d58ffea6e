// The messages of a load, generated before it starts, so that sending one costs no more than
// passing its bytes to the kernel: a few hundred different messages of equal length, each with its
// terminator, in one contiguous buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// The text's encoding, and the terminator.
enum class LoadCharset : std::uint8_t { ascii, chinese, gbk, undecodable };
inline constexpr std::array LOAD_CHARSETS{"ascii", "chinese", "gbk", "undecodable"};
enum class LoadFraming : std::uint8_t { lf, crlf, nul, none };
inline constexpr std::array LOAD_FRAMINGS{"lf", "crlf", "nul", "none"};

inline constexpr std::size_t MAX_LOAD_MESSAGE = 1024 * 1024;
// The shortest message of that charset, in bytes.
[[nodiscard]] std::size_t least_size(LoadCharset charset) noexcept;

class Corpus {
   public:
    // Messages of `size` bytes without the terminator, from least_size() to MAX_LOAD_MESSAGE; the
    // same every time. None is `bye`, empty or blank, none looks like another protocol or a telnet
    // command, and each one's charset is unambiguous.
    Corpus(LoadCharset charset, LoadFraming framing, std::size_t size);

    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    // Bytes of a message with its terminator.
    [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
    [[nodiscard]] std::size_t messages() const noexcept { return bytes_.size() / stride_; }

   private:
    std::string bytes_;
    std::size_t stride_ = 0;
};

}  // namespace hark
