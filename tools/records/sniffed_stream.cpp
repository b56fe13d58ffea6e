#include "tools/records/sniffed_stream.hpp"

#include "tools/records/journal_data.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace hark {

namespace {

// Also enough for compression_of_content().
constexpr std::size_t ENOUGH = JOURNAL_SIGNATURE.size();

// Some bytes, then those of another stream.
class PrefixedStream final : public ByteStream {
   public:
    PrefixedStream(std::string begin, std::unique_ptr<ByteStream> rest) noexcept
        : begin_{std::move(begin)}, rest_{std::move(rest)} {}

    [[nodiscard]] ssize_t read(char* into, std::size_t size) override {
        if (begin_.empty()) return rest_->read(into, size);
        const std::size_t count = begin_.copy(into, size);
        begin_.erase(0, count);
        return static_cast<ssize_t>(count);
    }

   private:
    std::string begin_;
    std::unique_ptr<ByteStream> rest_;
};

}  // namespace

ssize_t SniffedStream::read(char* into, std::size_t size) {
    while (!found_) {
        std::array<char, ENOUGH> some{};
        const ssize_t got = from_->read(some.data(), ENOUGH - begin_.size());
        if (got < 0) return got;
        begin_.append(some.data(), static_cast<std::size_t>(got));
        if (got > 0 && begin_.size() < ENOUGH) continue;
        if (begin_ == JOURNAL_SIGNATURE) return -EMEDIUMTYPE;
        const Compression how = compression_of_content(begin_);
        found_ = decompress(
            std::make_unique<PrefixedStream>(std::exchange(begin_, {}), std::move(from_)), how);
    }
    return found_->read(into, size);
}

}  // namespace hark
