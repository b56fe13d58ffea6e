#include "tools/records/joined_message.hpp"

#include "common/record/record_keys.hpp"
#include "common/text/charset.hpp"
#include "tools/records/part_bytes.hpp"

#include <algorithm>
#include <string_view>

namespace hark {

std::uint64_t part_number(const LogRecord& record) noexcept {
    return std::max<std::uint64_t>(record.number(Key::part), 1);
}

void JoinedMessage::append(const LogRecord& part) {
    last_.clear();
    last_size_ = 0;
    for (const KeySpec& row : RECORD_KEYS) {
        if (!part.has(row.key) || row.key == Key::text || row.key == Key::raw) continue;
        const std::string_view value = part.get(row.key);
        last_size_ += value.size();
        if (row.key == Key::time) {
            static_cast<void>(last_.set(row.key, value));
        } else {
            last_.set_joined(row.key, value);
        }
    }
    text_ += part.get(Key::text);
    next_ = part_number(part) + 1;
    Part& added = parts_.emplace_back();
    added.charset = part.get(Key::charset);
    added.text_end = text_.size();
    added.bytes = part.number(Key::bytes);
    if (part.has(Key::raw)) added.raw = part.get(Key::raw);
    raw_size_ += part.get(Key::raw).size();
}

bool JoinedMessage::goes_on_with(const LogRecord& part) const noexcept {
    return last_.get(Key::seq) == part.get(Key::seq) && next_ == part_number(part);
}

void JoinedMessage::cut(std::uint64_t number) {
    const std::uint64_t kept = number - first_;
    if (kept == 0 || kept >= parts_.size()) return;
    parts_.resize(kept);
    text_.resize(parts_.back().text_end);
    next_ = number;
}

void JoinedMessage::begin_piece() noexcept {
    text_ = {};
    parts_ = {};
    raw_size_ = 0;
    first_ = next_;
}

std::size_t JoinedMessage::memory() const noexcept {
    return sizeof(*this) + last_size_ + text_.capacity() + parts_.capacity() * sizeof(Part) +
           raw_size_;
}

void JoinedMessage::store(LogRecord& into, bool more) const {
    std::uint64_t bytes = 0;
    for (const Part& part : parts_) bytes += part.bytes;
    into = last_;
    into.set_joined(Key::text, text_);
    into.set_joined(Key::bytes, std::to_string(bytes));
    const bool is_whole = first_ == 1 && !more;
    into.remove(Key::part);
    if (!is_whole) into.set_joined(Key::part, std::to_string(first_));
    store_raw(into);
}

// Stores the charset, if all parts share one, and the bytes, if the text does not determine them.
void JoinedMessage::store_raw(LogRecord& into) const {
    std::string_view charset;
    bool needs_raw = false;
    std::size_t begin = 0;
    for (const Part& part : parts_) {
        const std::string_view text = std::string_view{text_}.substr(begin, part.text_end - begin);
        begin = part.text_end;
        needs_raw = needs_raw || part.raw;
        if (!part.raw && part.charset == charset::UTF8 && is_ascii(text)) continue;
        if (charset.empty()) charset = part.charset;
        if (charset != part.charset) charset = charset::BYTES;
    }
    if (charset.empty()) charset = charset::UTF8;
    // ASCII is the same bytes in most charsets, but not in two-byte ones.
    const bool is_mixed = std::any_of(parts_.begin(), parts_.end(), [charset](const Part& part) {
        return part.charset != charset;
    });
    if (is_mixed && charset.starts_with("utf-16")) charset = charset::BYTES;
    into.set_joined(Key::charset, charset);
    if (!needs_raw && charset != charset::BYTES) return;
    PartBytes bytes;
    begin = 0;
    for (const Part& part : parts_) {
        const std::string_view text = std::string_view{text_}.substr(begin, part.text_end - begin);
        begin = part.text_end;
        // Leave `raw` out rather than give only some of the bytes.
        if (part.raw ? !bytes.add_base64(*part.raw) : !bytes.add_text(text, part.charset)) return;
    }
    into.set_joined(Key::raw, bytes.base64());
}

}  // namespace hark
