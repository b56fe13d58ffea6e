#include "tools/records/message_joiner.hpp"

#include "common/text/charset.hpp"
#include "tools/records/part_bytes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hark {

namespace {

bool is_part(const LogRecord& record) noexcept {
    return record.is_message() && (record.has(Key::part) || record.has(Key::more));
}

std::uint64_t part_number(const LogRecord& record) noexcept {
    return std::max<std::uint64_t>(record.number(Key::part), 1);
}

}  // namespace

void MessageJoiner::clear() noexcept {
    open_.clear();
    ended_.clear();
    held_ = 0;
    run_.clear();
}

const MessageJoiner::Open* MessageJoiner::find(const LogRecord& record) const noexcept {
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& open) {
        return open.record.get(Key::conn) == record.get(Key::conn) &&
               open.record.get(Key::run) == record.get(Key::run);
    });
    return found == open_.rend() || found->lost ? nullptr : &*found;
}

MessageJoiner::Open* MessageJoiner::find(const LogRecord& record) noexcept {
    return const_cast<Open*>(std::as_const(*this).find(record));
}

bool MessageJoiner::misses_earlier(const LogRecord& record) const noexcept {
    if (!is_part(record) || part_number(record) == 1) return false;
    const Open* const open = find(record);
    return open == nullptr || open->record.get(Key::seq) != record.get(Key::seq);
}

const LogRecord* MessageJoiner::add(const LogRecord& record) {
    if (!is_part(record)) return &record;
    Open* open = find(record);
    if (open != nullptr &&
        (open->record.get(Key::seq) != record.get(Key::seq) || open->next != part_number(record))) {
        open->lost = true;
        open = nullptr;
    }
    const bool begun = open == nullptr ? part_number(record) > 1 : open->earlier;
    if (begun) begun_earlier_.insert(key_of(record));
    if (open == nullptr) {
        open_.emplace_back();
        open_.back().first = part_number(record);
    } else if (open != &open_.back()) {
        const auto place = std::find_if(open_.begin(), open_.end(),
                                        [open](const Open& each) { return &each == open; });
        open_.splice(open_.end(), open_, place);
    }
    append(open_.back(), record);
    held_ += record.get(Key::text).size();
    const bool more = record.has(Key::more);
    if (more && open_.back().text.size() <= LONGEST_PIECE) {
        if (held_ > MOST_HELD) give_up_oldest();
        return nullptr;
    }
    held_ -= open_.back().text.size();
    const LogRecord* const whole = finish(open_.back(), more);
    if (more) {
        Open& rest = open_.back();
        rest.text.clear();
        rest.parts.clear();
        rest.bytes = 0;
        rest.first = rest.next;
    } else {
        open_.pop_back();
    }
    return whole;
}

void MessageJoiner::begin_with(MessageJoiner&& earlier) {
    for (auto open = earlier.open_.begin(); open != earlier.open_.end();) {
        const auto each = open++;
        if (each->lost || find(each->record) != nullptr) continue;
        each->earlier = true;
        held_ += each->text.size();
        open_.splice(open_.begin(), earlier.open_, each);
    }
}

void MessageJoiner::append(Open& open, const LogRecord& part) {
    open.earlier = false;
    open.record = part;
    open.record.remove(Key::text);
    open.text += part.get(Key::text);
    open.bytes += part.number(Key::bytes);
    open.next = part_number(part) + 1;
    Part& added = open.parts.emplace_back();
    added.charset = part.get(Key::charset);
    added.text_end = open.text.size();
    if (part.has(Key::raw)) added.raw = part.get(Key::raw);
}

const LogRecord* MessageJoiner::finish(Open& open, bool more) {
    result_ = open.record;
    result_.set_joined(Key::text, open.text);
    result_.set_joined(Key::bytes, std::to_string(open.bytes));
    const bool is_whole = open.first == 1 && !more;
    result_.remove(Key::part);
    if (!is_whole) result_.set_joined(Key::part, std::to_string(open.first));
    set_raw(result_, open);
    return &result_;
}

// The charset of all parts, if that is one; and the bytes, if its text does not give them.
void MessageJoiner::set_raw(LogRecord& into, const Open& open) {
    std::string_view charset;
    bool needs_raw = false;
    std::size_t begin = 0;
    for (const Part& part : open.parts) {
        const std::string_view text =
            std::string_view{open.text}.substr(begin, part.text_end - begin);
        begin = part.text_end;
        needs_raw = needs_raw || part.raw;
        if (!part.raw && part.charset == charset::UTF8 && is_ascii(text)) continue;
        if (charset.empty()) charset = part.charset;
        if (charset != part.charset) charset = charset::BYTES;
    }
    if (charset.empty()) charset = charset::UTF8;
    // ASCII is the same bytes in most charsets, but not in those of two bytes.
    const bool is_mixed =
        std::any_of(open.parts.begin(), open.parts.end(),
                    [charset](const Part& part) { return part.charset != charset; });
    if (is_mixed && charset.starts_with("utf-16")) charset = charset::BYTES;
    into.set_joined(Key::charset, charset);
    into.remove(Key::raw);
    if (!needs_raw && charset != charset::BYTES) return;
    PartBytes bytes;
    begin = 0;
    for (const Part& part : open.parts) {
        const std::string_view text =
            std::string_view{open.text}.substr(begin, part.text_end - begin);
        begin = part.text_end;
        // What cannot be known here is left out, like what is not whole.
        if (part.raw ? !bytes.add_base64(*part.raw) : !bytes.add_text(text, part.charset)) return;
    }
    into.set_joined(Key::raw, bytes.base64());
}

void MessageJoiner::give_up_oldest() {
    if (open_.size() > 1) end(open_.begin());
}

void MessageJoiner::end(std::list<Open>::iterator open) {
    if (open->earlier) {
        held_ -= open->text.size();
        open_.erase(open);
    } else {
        ended_.splice(ended_.end(), open_, open);
    }
}

void MessageJoiner::end_other_runs(const LogRecord& record) {
    if (record.get(Key::run) == run_) return;
    run_ = record.get(Key::run);
    for (auto open = open_.begin(); open != open_.end();) {
        const auto each = open++;
        if (each->record.get(Key::run) != run_) end(each);
    }
}

void MessageJoiner::end_all() {
    while (!open_.empty()) end(open_.begin());
}

const LogRecord* MessageJoiner::take_ended() {
    while (!ended_.empty()) {
        Open& open = ended_.front();
        held_ -= open.text.size();
        // Otherwise nothing has come since the last piece of it.
        const bool any = !open.parts.empty();
        if (any) static_cast<void>(finish(open, true));
        ended_.pop_front();
        if (any) return &result_;
    }
    return nullptr;
}

void MessageJoiner::end_section() {
    for (Open& open : open_) {
        open.earlier = open.earlier || begun_earlier_.contains(key_of(open.record));
    }
    end_all();
}

std::string MessageJoiner::key_of(const LogRecord& record) {
    std::string key{record.get(Key::run)};
    for (const Key part : {Key::conn, Key::seq}) key.append(" ").append(record.get(part));
    return key;
}

}  // namespace hark
