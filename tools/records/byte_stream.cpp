#include "tools/records/byte_stream.hpp"

#include "common/sys/calls.hpp"
#include "tools/records/decompressors.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace hark {

static_assert(ByteStream::DAMAGED == -EBADMSG);

ssize_t FileStream::read(char* into, std::size_t size) {
    const std::int64_t left = std::max<std::int64_t>(end_ - offset_, 0);
    const std::size_t wanted = std::min(size, static_cast<std::size_t>(left));
    if (wanted == 0) return 0;
    const ssize_t got = sys::pread(fd_, into, wanted, offset_);
    if (got > 0) offset_ += got;
    return got;
}

ssize_t PipeStream::read(char* into, std::size_t size) {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 0) == 0) return -EAGAIN;
    return sys::read(fd_, into, size);
}

Compression compression_of_name(std::string_view name) noexcept {
    if (name.ends_with(".gz")) return Compression::gzip;
    if (name.ends_with(".zst")) return Compression::zstd;
    if (name.ends_with(".xz")) return Compression::xz;
    return Compression::none;
}

Compression compression_of_content(std::string_view begin) noexcept {
    using namespace std::string_view_literals;
    if (begin.starts_with("\x1f\x8b"sv)) return Compression::gzip;
    if (begin.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::zstd;
    // A skippable frame, of 16 kinds; pzstd puts one in front.
    if (begin.size() >= 4 && (begin[0] & 0xF0) == 0x50 && begin.substr(1, 3) == "\x2a\x4d\x18"sv) {
        return Compression::zstd;
    }
    if (begin.starts_with("\xfd\x37\x7a\x58\x5a\x00"sv)) return Compression::xz;
    return Compression::none;
}

std::unique_ptr<ByteStream> decompress(std::unique_ptr<ByteStream> from, Compression how) {
    switch (how) {
        case Compression::gzip:
            return std::make_unique<GzipStream>(std::move(from));
        case Compression::zstd:
            return std::make_unique<ZstdStream>(std::move(from));
        case Compression::xz:
            return std::make_unique<XzStream>(std::move(from));
        case Compression::none:
            break;
    }
    return from;
}

}  // namespace hark
