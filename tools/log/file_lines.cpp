#include "tools/log/file_lines.hpp"

#include "common/sys/calls.hpp"

#include <algorithm>
#include <utility>

namespace hark {

namespace {

constexpr std::size_t BLOCK = 64 * 1024;

}  // namespace

// --- Forward ------------------------------------------------------------------------------------

void ForwardLines::start(int fd, std::int64_t offset) noexcept {
    fd_ = fd;
    offset_ = offset;
    buffer_.clear();
    returned_ = 0;
    skipping_ = false;
}

FileLine ForwardLines::next() {
    buffer_.consume(std::exchange(returned_, 0));
    const std::size_t end = buffer_.view().find('\n');
    if (end != std::string_view::npos) {
        returned_ = end + 1;
        const std::string_view text = buffer_.view().substr(0, end);
        const bool too_long = std::exchange(skipping_, false) || text.size() > MAX_FILE_LINE;
        if (too_long) return {.kind = FileLine::Kind::too_long};
        return {.kind = FileLine::Kind::line, .text = text};
    }
    if (buffer_.size() > MAX_FILE_LINE) {
        skipping_ = true;
        buffer_.clear();
    }
    // What has been read of this line is read again with the rest: meanwhile the file may have been
    // emptied and filled anew.
    const std::size_t before = buffer_.size();
    offset_ = line_offset();
    buffer_.clear();
    std::string& into = buffer_.back();
    into.resize(before + BLOCK);
    const ssize_t size = sys::pread(fd_, into.data(), into.size(), offset_);
    into.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (size < 0) return {.kind = FileLine::Kind::failed, .error = static_cast<int>(-size)};
    offset_ += size;
    if (into.size() > before) return {.kind = FileLine::Kind::working};
    return {.kind = FileLine::Kind::end};
}

bool ForwardLines::take_rest(FileLine& into) {
    const std::string_view text = buffer_.view().substr(returned_);
    returned_ = buffer_.size();
    into = {.kind = FileLine::Kind::line, .text = text};
    if (std::exchange(skipping_, false) || text.size() > MAX_FILE_LINE) {
        into = {.kind = FileLine::Kind::too_long};
        return true;
    }
    return !text.empty();
}

// --- Backward -----------------------------------------------------------------------------------

void BackwardLines::start(int fd, std::int64_t end) noexcept {
    fd_ = fd;
    begin_ = line_ = end;
    buffer_.clear();
    clean_ = 0;
    skipping_ = false;
}

FileLine BackwardLines::previous() {
    const auto size = static_cast<std::size_t>(line_ - begin_);
    buffer_.resize(size);
    // This line's own LF; if the line is being skipped, it was dropped with the line's end.
    const std::size_t own = !skipping_ && buffer_.ends_with('\n') ? 1 : 0;
    const std::size_t limit = size - std::max(clean_, own);
    const std::size_t lf = limit == 0 ? std::string::npos : buffer_.rfind('\n', limit - 1);
    if (lf != std::string::npos) return take(lf + 1);
    if (begin_ == 0) {
        if (size == 0 && !skipping_) return {.kind = FileLine::Kind::end};
        return take(0);
    }
    clean_ = size;
    if (size > MAX_FILE_LINE + own) {
        // Of this line, only its beginning still matters.
        skipping_ = true;
        line_ = begin_;
        buffer_.clear();
        clean_ = 0;
    }
    return read_block();
}

FileLine BackwardLines::read_block() {
    const auto size = static_cast<std::size_t>(std::min<std::int64_t>(begin_, BLOCK));
    block_.resize(size);
    const std::int64_t from = begin_ - static_cast<std::int64_t>(size);
    for (std::size_t filled = 0; filled < size;) {
        const ssize_t got = sys::pread(fd_, block_.data() + filled, size - filled,
                                       from + static_cast<std::int64_t>(filled));
        if (got < 0) return {.kind = FileLine::Kind::failed, .error = static_cast<int>(-got)};
        // The file was truncated; the lines we were looking for are gone.
        if (got == 0) return {.kind = FileLine::Kind::end};
        filled += static_cast<std::size_t>(got);
    }
    buffer_.insert(0, block_);
    begin_ = from;
    return {.kind = FileLine::Kind::working};
}

FileLine BackwardLines::take(std::size_t begin) {
    std::string_view text = std::string_view{buffer_}.substr(begin);
    line_ = begin_ + static_cast<std::int64_t>(begin);
    clean_ = 0;
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (std::exchange(skipping_, false) || text.size() > MAX_FILE_LINE) {
        return {.kind = FileLine::Kind::too_long};
    }
    return {.kind = FileLine::Kind::line, .text = text};
}

}  // namespace hark
