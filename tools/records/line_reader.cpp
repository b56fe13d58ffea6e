#include "tools/records/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hark {

namespace {

// Small enough to stay in a processor's cache.
constexpr std::size_t BLOCK = 128 * 1024;
constexpr std::size_t CAPACITY = MAX_FILE_LINE + BLOCK;

std::size_t find_lf(const char* data, std::size_t from, std::size_t end) noexcept {
    const void* const found = std::memchr(data + from, '\n', end - from);
    return found == nullptr ? std::string_view::npos
                            : static_cast<std::size_t>(static_cast<const char*>(found) - data);
}

}  // namespace

void LineReader::start(std::unique_ptr<ByteStream> stream, std::int64_t offset) {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(CAPACITY);
    stream_ = std::move(stream);
    offset_ = offset;
    at_ = complete_ = end_ = 0;
    skipping_ = false;
}

FileLine LineReader::next() {
    const char* const data = buffer_.get();
    if (at_ < complete_ && sieve_ != nullptr && !skipping_) {
        const std::size_t hit = sieve_->next(at_);
        if (hit == std::string_view::npos) {
            at_ = complete_;
        } else {
            const void* const lf = ::memrchr(data + at_, '\n', hit - at_);
            if (lf != nullptr) {
                at_ = static_cast<std::size_t>(static_cast<const char*>(lf) - data) + 1;
            }
        }
    }
    if (at_ == complete_) return fill();
    const std::size_t lf = find_lf(data, at_, complete_);
    const std::string_view text{data + at_, lf - at_};
    at_ = lf + 1;
    return checked(text);
}

FileLine LineReader::checked(std::string_view text) noexcept {
    if (std::exchange(skipping_, false) || text.size() > MAX_FILE_LINE) {
        return {.kind = FileLine::Kind::too_long};
    }
    return {.kind = FileLine::Kind::line, .text = text};
}

FileLine LineReader::fill() {
    if (end_ - at_ > MAX_FILE_LINE) {
        skipping_ = true;
        at_ = end_;
    }
    char* const data = buffer_.get();
    std::memmove(data, data + at_, end_ - at_);
    end_ -= at_;
    at_ = complete_ = 0;
    const ssize_t size = stream_->read(data + end_, BLOCK);
    if (size < 0) return {.kind = FileLine::Kind::failed, .error = static_cast<int>(-size)};
    if (size == 0) return {.kind = FileLine::Kind::end};
    const std::size_t before = end_;
    end_ += static_cast<std::size_t>(size);
    offset_ += size;
    const void* const lf = ::memrchr(data + before, '\n', end_ - before);
    if (lf != nullptr) {
        complete_ = static_cast<std::size_t>(static_cast<const char*>(lf) - data) + 1;
        if (sieve_ != nullptr) sieve_->enter({data, complete_});
    }
    return {.kind = FileLine::Kind::working};
}

bool LineReader::take_rest(FileLine& into) noexcept {
    const std::string_view text{buffer_.get() + at_, end_ - at_};
    at_ = complete_ = end_;
    const bool any = !text.empty() || skipping_;
    into = checked(text);
    return any;
}

}  // namespace hark
