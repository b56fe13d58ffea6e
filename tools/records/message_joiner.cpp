#include "tools/records/message_joiner.hpp"

#include <iterator>
#include <utility>

namespace hark {

namespace {

bool is_part(const LogRecord& record) noexcept {
    return record.is_message() && (record.has(Key::part) || record.has(Key::more));
}

// The name of a record's connection.
std::string connection_of(const LogRecord& record) {
    return std::string{record.get(Key::run)}.append(" ").append(record.get(Key::conn));
}

std::string message_of(std::string_view connection, const LogRecord& record) {
    return std::string{connection}.append(" ").append(record.get(Key::seq));
}

}  // namespace

void MessageJoiner::clear() noexcept {
    begin_section();
    backward_ = false;
    later_.clear();
}

void MessageJoiner::begin_section() noexcept {
    places_.clear();
    open_.clear();
    ended_.clear();
    held_ = 0;
    run_.clear();
    backward_ = true;
}

// --- Adding -------------------------------------------------------------------------------------

const MessageJoiner::Open* MessageJoiner::find(const LogRecord& record) const {
    const auto found = places_.find(connection_of(record));
    return found == places_.end() ? nullptr : &*found->second;
}

bool MessageJoiner::misses_earlier(const LogRecord& record) const {
    if (!is_part(record) || part_number(record) == 1) return false;
    const Open* const open = find(record);
    return open == nullptr || !open->message.goes_on_with(record);
}

void MessageJoiner::end_before(const LogRecord& record, bool one_writer) {
    if (one_writer && record.get(Key::run) != run_) {
        run_ = record.get(Key::run);
        for (auto open = open_.begin(); open != open_.end();) {
            const auto each = open++;
            if (each->message.last().get(Key::run) != run_) end(each);
        }
    }
    const bool closes = record.get(Key::event) == name(Event::closed);
    if (open_.empty() || (!closes && !is_part(record))) return;
    const auto found = places_.find(connection_of(record));
    if (found == places_.end()) return;
    if (closes || !found->second->message.goes_on_with(record)) end(found->second);
}

const LogRecord* MessageJoiner::add(const LogRecord& record) {
    if (!is_part(record)) return &record;
    end_before(record, false);
    Open& open = open_for(record);
    JoinedMessage& message = open.message;
    const bool is_new = open.held == 0;
    if (backward_ && (is_new ? message.first() > 1 : open.earlier)) {
        open.begun_at = part_number(record);
        later_.add(message_of(open.connection, record), open.begun_at, message.first());
    }
    open.earlier = false;
    message.append(record);
    const bool more = record.has(Key::more);
    if (more && message.text().size() <= (backward_ ? LONGEST_BACKWARD : LONGEST_PIECE)) {
        note_memory(open);
        bound_memory();
        return nullptr;
    }
    message.store(result_, more);
    if (more) {
        message.begin_piece();
        note_memory(open);
    } else {
        held_ -= open.held;
        places_.erase(open.connection);
        open_.pop_back();
    }
    return &result_;
}

// Moves the connection's message, or a new one, to the end of open_.
MessageJoiner::Open& MessageJoiner::open_for(const LogRecord& record) {
    std::string connection = connection_of(record);
    if (const auto found = places_.find(connection); found != places_.end()) {
        open_.splice(open_.end(), open_, found->second);
    } else {
        open_.emplace_back(std::move(connection), part_number(record));
        places_.emplace(open_.back().connection, std::prev(open_.end()));
    }
    return open_.back();
}

void MessageJoiner::begin_with(MessageJoiner&& earlier) {
    const auto oldest = open_.begin();
    for (auto open = earlier.open_.begin(); open != earlier.open_.end();) {
        const auto each = open++;
        if (!places_.emplace(each->connection, each).second) continue;
        each->earlier = true;
        held_ += each->held;
        open_.splice(oldest, earlier.open_, each);
    }
    earlier.clear();
    bound_memory();
}

// --- Memory -------------------------------------------------------------------------------------

void MessageJoiner::note_memory(Open& open) noexcept {
    constexpr std::size_t OF_NODES = 128;
    held_ -= open.held;
    open.held = sizeof(Open) + open.message.memory() + OF_NODES;
    held_ += open.held;
}

void MessageJoiner::bound_memory() {
    while (memory() > MOST_HELD && open_.size() > 1) end(open_.begin());
}

// --- Ending -------------------------------------------------------------------------------------

void MessageJoiner::end(Place open) {
    places_.erase(open->connection);
    held_ -= open->held;
    if (open->earlier || !leave_out_later(*open)) {
        open_.erase(open);
    } else {
        ended_.splice(ended_.end(), open_, open);
    }
}

bool MessageJoiner::leave_out_later(Open& open) {
    JoinedMessage& message = open.message;
    if (!backward_) return true;
    const std::string name = message_of(open.connection, message.last());
    const auto first = later_.take(name, message.next());
    if (!first) return true;
    // The section before this one must know that, too.
    if (open.begun_at != 0) later_.add(name, open.begun_at, *first);
    if (*first <= message.first()) return false;
    message.cut(*first);
    return true;
}

void MessageJoiner::end_all() {
    while (!open_.empty()) end(open_.begin());
}

const LogRecord* MessageJoiner::take_ended() {
    while (!ended_.empty()) {
        const JoinedMessage& message = ended_.front().message;
        // Nothing may have come since its last piece.
        const bool any = message.next() > message.first();
        if (any) message.store(result_, true);
        ended_.pop_front();
        if (any) return &result_;
    }
    return nullptr;
}

}  // namespace hark
