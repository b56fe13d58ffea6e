// Decompresses with zlib, libzstd and liblzma. Compressed streams in a row are read as one, as by
// zcat and xzcat; zeros after the last one are ignored.
#pragma once

#include "tools/records/byte_stream.hpp"

#include <array>
#include <memory>

struct z_stream_s;
struct ZSTD_DCtx_s;

namespace hark {

// Compressed bytes, read in blocks.
class CompressedInput {
   public:
    explicit CompressedInput(std::unique_ptr<ByteStream> from) noexcept : from_{std::move(from)} {}

    // Reads more if all has been taken. Returns 1 if there is some; otherwise as
    // ByteStream::read().
    [[nodiscard]] ssize_t fill();
    [[nodiscard]] const char* data() const noexcept { return block_->data() + begin_; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    void take(std::size_t count) noexcept { begin_ += count; }
    // Whether only zeros are left. An error counts as the end.
    [[nodiscard]] bool only_zeros_left();

   private:
    static constexpr std::size_t BLOCK = 64 * 1024;
    static constexpr std::size_t FIRST_BLOCK = 4 * 1024;  // often, only the head is wanted

    std::unique_ptr<ByteStream> from_;
    std::unique_ptr<std::array<char, BLOCK>> block_ = std::make_unique<std::array<char, BLOCK>>();
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t next_ = FIRST_BLOCK;  // how much to read
};

class GzipStream final : public ByteStream {
   public:
    explicit GzipStream(std::unique_ptr<ByteStream> from);
    ~GzipStream() override;
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override;

   private:
    CompressedInput input_;
    std::unique_ptr<z_stream_s> state_;
    bool between_ = false;  // one compressed stream has ended; another may begin
    bool ended_ = false;
};

class ZstdStream final : public ByteStream {
   public:
    explicit ZstdStream(std::unique_ptr<ByteStream> from);
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override;

   private:
    struct Free {
        void operator()(ZSTD_DCtx_s* state) const noexcept;
    };
    CompressedInput input_;
    std::unique_ptr<ZSTD_DCtx_s, Free> state_;
    bool inside_ = true;  // a frame has begun, or must begin
    ssize_t failure_ = 0;
};

class XzStream final : public ByteStream {
   public:
    explicit XzStream(std::unique_ptr<ByteStream> from);
    ~XzStream() override;
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override;

   private:
    struct State;
    CompressedInput input_;
    std::unique_ptr<State> state_;
};

}  // namespace hark
