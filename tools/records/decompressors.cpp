#include "tools/records/decompressors.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace hark {

namespace {

// The most that a file's own settings may make a decompressor use. `xz -9` needs 65 MiB, `zstd -19`
// 8 MiB, `zstd --long` 128 MiB.
constexpr std::uint64_t MEMORY_LIMIT = 128 * 1024 * 1024;
constexpr int ZSTD_WINDOW_LOG = 27;
static_assert(std::uint64_t{1} << static_cast<unsigned>(ZSTD_WINDOW_LOG) == MEMORY_LIMIT);

}  // namespace

// --- CompressedInput ----------------------------------------------------------------------------

ssize_t CompressedInput::fill() {
    if (size() > 0) return 1;
    const ssize_t got = from_->read(block_->data(), next_);
    if (got <= 0) return got;
    next_ = std::min(2 * next_, BLOCK);
    begin_ = 0;
    end_ = static_cast<std::size_t>(got);
    return 1;
}

bool CompressedInput::only_zeros_left() {
    while (fill() > 0) {
        if (!std::all_of(data(), data() + size(), [](char c) { return c == '\0'; })) return false;
        take(size());
    }
    return true;
}

// --- gzip ---------------------------------------------------------------------------------------

GzipStream::GzipStream(std::unique_ptr<ByteStream> from)
    : input_{std::move(from)}, state_{std::make_unique<z_stream>()} {
    constexpr int GZIP_ONLY = 16;
    if (::inflateInit2(state_.get(), MAX_WBITS + GZIP_ONLY) != Z_OK) throw std::bad_alloc{};
}

GzipStream::~GzipStream() {
    ::inflateEnd(state_.get());
}

ssize_t GzipStream::read(char* into, std::size_t size) {
    const auto room = static_cast<uInt>(std::min<std::size_t>(size, 1U << 30U));
    state_->next_out = reinterpret_cast<Bytef*>(into);
    state_->avail_out = room;
    while (!ended_ && state_->avail_out == room) {
        const ssize_t filled = input_.fill();
        if (filled < 0) return filled;
        if (filled == 0) {
            if (!between_) return DAMAGED;
            ended_ = true;
            break;
        }
        if (between_) {
            if (*input_.data() == '\0') {
                ended_ = input_.only_zeros_left();
                if (!ended_) return DAMAGED;
                break;
            }
            between_ = false;
        }
        const std::size_t available = input_.size();
        state_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
        state_->avail_in = static_cast<uInt>(available);
        const int result = ::inflate(state_.get(), Z_NO_FLUSH);
        input_.take(available - state_->avail_in);
        if (result == Z_STREAM_END) {
            between_ = true;
            ::inflateReset(state_.get());
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            if (result == Z_MEM_ERROR) throw std::bad_alloc{};
            if (state_->avail_out == room) return DAMAGED;
            break;
        }
    }
    return static_cast<ssize_t>(room - state_->avail_out);
}

// --- zstd ---------------------------------------------------------------------------------------

void ZstdStream::Free::operator()(ZSTD_DCtx_s* state) const noexcept {
    ::ZSTD_freeDCtx(state);
}

ZstdStream::ZstdStream(std::unique_ptr<ByteStream> from)
    : input_{std::move(from)}, state_{::ZSTD_createDCtx()} {
    if (!state_) throw std::bad_alloc{};
    ::ZSTD_DCtx_setParameter(state_.get(), ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

ssize_t ZstdStream::read(char* into, std::size_t size) {
    ZSTD_outBuffer out{into, size, 0};
    while (out.pos == 0) {
        if (failure_ != 0) return failure_;
        const ssize_t filled = input_.fill();
        if (filled < 0) return filled;
        ZSTD_inBuffer in{input_.data(), filled == 0 ? 0 : input_.size(), 0};
        const std::size_t result = ::ZSTD_decompressStream(state_.get(), &out, &in);
        input_.take(in.pos);
        if (::ZSTD_isError(result) != 0) {
            // No frame begins with zeros.
            if (out.pos == 0 && !inside_ && input_.only_zeros_left()) return 0;
            failure_ = ::ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge
                           ? -ENOMEM
                           : DAMAGED;
            continue;
        }
        if (filled == 0 && out.pos == 0) return inside_ ? DAMAGED : 0;
        inside_ = result != 0;
    }
    return static_cast<ssize_t>(out.pos);
}

// --- xz -----------------------------------------------------------------------------------------

struct XzStream::State {
    lzma_stream stream = LZMA_STREAM_INIT;
    bool ended = false;
};

XzStream::XzStream(std::unique_ptr<ByteStream> from)
    : input_{std::move(from)}, state_{std::make_unique<State>()} {
    if (::lzma_stream_decoder(&state_->stream, MEMORY_LIMIT, LZMA_CONCATENATED) != LZMA_OK) {
        throw std::bad_alloc{};
    }
}

XzStream::~XzStream() {
    ::lzma_end(&state_->stream);
}

ssize_t XzStream::read(char* into, std::size_t size) {
    lzma_stream& stream = state_->stream;
    stream.next_out = reinterpret_cast<std::uint8_t*>(into);
    stream.avail_out = size;
    while (!state_->ended && stream.avail_out == size) {
        const ssize_t filled = input_.fill();
        if (filled < 0) return filled;
        const std::size_t available = filled == 0 ? 0 : input_.size();
        stream.next_in = reinterpret_cast<const std::uint8_t*>(input_.data());
        stream.avail_in = available;
        const lzma_ret result = ::lzma_code(&stream, filled == 0 ? LZMA_FINISH : LZMA_RUN);
        input_.take(available - stream.avail_in);
        if (result == LZMA_STREAM_END) {
            state_->ended = true;
        } else if (result != LZMA_OK) {
            if (result == LZMA_MEM_ERROR) throw std::bad_alloc{};
            if (stream.avail_out == size) return result == LZMA_MEMLIMIT_ERROR ? -ENOMEM : DAMAGED;
            break;
        }
    }
    return static_cast<ssize_t>(size - stream.avail_out);
}

}  // namespace hark
