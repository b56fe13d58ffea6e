// The bytes of a log, block by block: a file's, or what a compressed file contains.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <sys/types.h>

namespace hark {

class ByteStream {
   public:
    // What read() returns for compressed data that is invalid or cut off.
    static constexpr ssize_t DAMAGED = -74;  // -EBADMSG, which no read(2) of ours returns

    ByteStream() noexcept = default;
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    virtual ~ByteStream() = default;

    // Reads at most `size` bytes, which is not 0. Returns how many, 0 at the end, DAMAGED, or
    // another -errno: -EAGAIN if a pipe has none yet, -ENOMEM if decompressing takes more memory
    // than decompress() may use.
    [[nodiscard]] virtual ssize_t read(char* into, std::size_t size) = 0;
};

// The bytes of a regular file from an offset on; `fd` is borrowed.
class FileStream final : public ByteStream {
   public:
    // Reads no further than `end`.
    FileStream(int fd, std::int64_t offset, std::int64_t end = INT64_MAX) noexcept
        : fd_{fd}, offset_{offset}, end_{end} {}
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override;

   private:
    int fd_;
    std::int64_t offset_;
    std::int64_t end_;
};

// The bytes of anything else, in the order in which they arrive; `fd` is borrowed and may block.
class PipeStream final : public ByteStream {
   public:
    explicit PipeStream(int fd) noexcept : fd_{fd} {}
    // Never blocks: -EAGAIN instead.
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override;

   private:
    int fd_;
};

// How a file is compressed.
enum class Compression : std::uint8_t { none, gzip, zstd, xz };

// Judged by the end of the file's name: ".gz", ".zst", ".xz".
[[nodiscard]] Compression compression_of_name(std::string_view name) noexcept;
// Judged by how the content begins; 6 bytes are enough.
[[nodiscard]] Compression compression_of_content(std::string_view begin) noexcept;

// Decompresses `from`. Memory does not grow with the output: it is at most 128 MiB, and less for
// files made with the usual settings. Throws std::bad_alloc.
[[nodiscard]] std::unique_ptr<ByteStream> decompress(std::unique_ptr<ByteStream> from,
                                                     Compression how);

}  // namespace hark
