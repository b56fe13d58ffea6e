// A connection as plain data that the next process can go on with. TLS is not included: a session
// cannot be serialized.
#pragma once

#include "common/framing/framer.hpp"
#include "common/framing/protocol_sniffer.hpp"
#include "common/framing/telnet_filter.hpp"
#include "common/net/address.hpp"
#include "common/text/charset.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"
#include "daemon/connection/held_input.hpp"
#include "daemon/connection/identity.hpp"
#include "daemon/connection/outbox.hpp"
#include "daemon/connection/reply_queue.hpp"
#include "daemon/state/archive.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hark {

// Input that is over a rate.
struct WaitingState {
    std::string unread;
    TimePoint since{};  // on the input clock
};

struct KickState {
    std::uint64_t due = 0;
    std::string last_words;
};

struct ConnectionState {
    int fd = -1;
    SocketAddress peer;
    std::uint64_t number = 0;
    std::uint32_t profile = 0;  // its index among those that are handed over
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t discarded = 0;
    std::uint32_t part = 0;
    TimePoint opened{};
    // On the input clock.
    TimePoint last_read{};
    WallTime last_read_wall{};
    TimePoint message_begun{};

    Connection::State state = Connection::State::open;
    Reason reason = Reason::eof;
    Protocol probed = Protocol::http;
    std::string charset;  // the name of its mode
    Proof proof = Proof::none;
    std::uint8_t weight = 0;
    bool input_ended = false;
    bool output_dead = false;
    bool unreachable = false;
    bool said_farewell = false;
    bool undecided = false;
    bool recorded = false;
    bool telnet_shown = false;
    bool names_listener = false;
    bool some_as_bytes = false;
    bool unconfirmed = false;
    bool window_closed = false;

    // The state of its framing.
    Framing framing = Framing::automatic;
    FramerState framer{Framing::automatic};

    std::optional<OutboxState> outbox{};
    std::optional<HeldInput> held{};
    std::optional<Identity> identity{};
    std::optional<WaitingState> waiting{};
    std::optional<KickState> kicked{};
};

// A reply that has not left.
struct PendingReplyState {
    std::uint64_t to = 0;  // the connection's number
    std::uint64_t record = 0;
    std::uint64_t message = 0;
    std::uint32_t count = 1;
    PendingReply::Kind kind = PendingReply::Kind::stored;
};

// Throws StateError if a connection with `profile` cannot have this state.
void check_fits(const ConnectionState& connection, const ListenerProfile& profile);

// Maximum sizes in bytes, whatever the source.
namespace state_limit {
inline constexpr std::size_t NAME = 256;  // of a charset or an address
inline constexpr std::size_t HELD = ConnectionContext::HEADROOM - 1;
inline constexpr std::size_t UNREAD = ConnectionContext::READ_BYTES;
inline constexpr std::size_t LINES = 64
                                     << 10;  // that a peer has not read, or that came in a header
}  // namespace state_limit

template <typename Archive>
void describe(Archive& archive, HeldInput& held) {
    held.bytes = archive.text(1, held.bytes, state_limit::HELD);
    held.since = archive.time(2, held.since);
    archive.require(!held.bytes.empty());
}

template <typename Archive>
void describe(Archive& archive, Identity& identity) {
    identity.via = archive.text(1, identity.via, state_limit::NAME);
    identity.proxy_id = archive.text(2, identity.proxy_id, state_limit::LINES);
    identity.tls = archive.text(3, identity.tls, state_limit::NAME);
    identity.certificate = archive.text(4, identity.certificate, state_limit::LINES);
    identity.sha256 = archive.text(5, identity.sha256, state_limit::NAME);
    identity.proxy_itself = archive.flag(6, identity.proxy_itself);
}

template <typename Archive>
void describe(Archive& archive, OutboxState& outbox) {
    outbox.lines = archive.text(1, outbox.lines, state_limit::LINES);
    outbox.last_words = archive.text(2, outbox.last_words, state_limit::LINES);
    outbox.repeated = archive.text(3, outbox.repeated, state_limit::NAME);
    outbox.repeats = archive.number(4, outbox.repeats);
    outbox.first = archive.number(5, outbox.first);
    outbox.last = archive.number(6, outbox.last);
    outbox.merged = archive.flag(7, outbox.merged);
    outbox.some_as_bytes = archive.flag(8, outbox.some_as_bytes);
    outbox.blocked = archive.flag(9, outbox.blocked);
    archive.require(outbox.first <= outbox.last &&
                    (outbox.repeats == 0) == outbox.repeated.empty());
}

template <typename Archive>
void describe(Archive& archive, WaitingState& waiting) {
    waiting.unread = archive.text(1, waiting.unread, state_limit::UNREAD);
    waiting.since = archive.time(2, waiting.since);
}

template <typename Archive>
void describe(Archive& archive, KickState& kicked) {
    kicked.due = archive.number(1, kicked.due);
    kicked.last_words = archive.text(2, kicked.last_words, state_limit::LINES);
}

template <typename Archive>
void describe(Archive& archive, PendingReplyState& reply) {
    reply.to = archive.number(1, reply.to);
    reply.record = archive.number(2, reply.record);
    reply.message = archive.number(3, reply.message);
    reply.count = archive.number(4, reply.count);
    reply.kind = archive.number(5, reply.kind, PendingReply::Kind::farewell);
    archive.require(reply.count > 0);
}

template <typename Archive>
void describe(Archive& archive, SocketAddress& address) {
    const std::optional<SocketAddress> read =
        SocketAddress::parse(archive.text(1, address.text(), state_limit::NAME));
    archive.require(read.has_value());
    if (read) address = *read;
}

template <typename Archive>
void describe(Archive& archive, LineState& line) {
    line.held_cr = archive.flag(1, line.held_cr);
    line.cr_ends = archive.flag(2, line.cr_ends);
    line.recut = archive.flag(3, line.recut);
    line.absorb_nul = archive.flag(4, line.absorb_nul);
    line.absorb_lf = archive.flag(5, line.absorb_lf);
    line.absorb_cr = archive.flag(6, line.absorb_cr);
    line.held_lf_cr = archive.flag(7, line.held_lf_cr);
    line.swallow = archive.flag(8, line.swallow);
    line.went_on = archive.flag(9, line.went_on);
    line.has_half = archive.flag(10, line.has_half);
    line.half = static_cast<char>(archive.number(11, static_cast<std::uint8_t>(line.half)));
}

template <typename Archive>
void describe(Archive& archive, TailHabits& habits) {
    constexpr std::uint8_t MOST_OF_TWO_BITS = 3;
    const auto small = [&archive](unsigned field, std::uint8_t value, std::uint8_t most) {
        return static_cast<std::uint8_t>(archive.number(field, value, most) & most);
    };
    habits.habit = archive.number(1, TailHabits::Habit{habits.habit}, TailHabits::Habit::chunk);
    habits.demoted = archive.flag(2, habits.demoted);
    habits.row = small(3, habits.row, 2 * TailHabits::STEADY_ROW - 1) & 0x1FU;
    archive.require(habits.row <= TailHabits::STEADY_ROW);
    habits.crs = small(4, habits.crs, MOST_OF_TWO_BITS) & 0x3U;
    habits.reads = small(5, habits.reads, MOST_OF_TWO_BITS) & 0x3U;
    habits.whole_tails = small(6, habits.whole_tails, MOST_OF_TWO_BITS) & 0x3U;
    habits.cr_tails = small(7, habits.cr_tails, MOST_OF_TWO_BITS) & 0x3U;
    habits.ends_lines = archive.flag(8, habits.ends_lines);
    habits.typed = archive.flag(9, habits.typed);
    habits.had_tail = archive.flag(10, habits.had_tail);
    habits.went_quiet = archive.flag(11, habits.went_quiet);
}

template <typename Archive>
void describe(Archive& archive, AutoState& state) {
    archive.part(1, state.line);
    archive.part(2, state.habits);
}

template <typename Archive>
void describe(Archive& archive, DelimitedState& state) {
    state.inside = archive.flag(1, state.inside);
    state.begin_matched = archive.number(2, state.begin_matched);
    state.end_matched = archive.number(3, state.end_matched);
}

template <typename Archive>
void describe(Archive& archive, SizedState& state) {
    state.remaining = archive.number(1, state.remaining);
}

// Its progress already holds the right alternative.
template <typename Archive>
void describe(Archive& archive, FramerState& framer) {
    framer.unit = archive.number(1, framer.unit, CodeUnit::utf16be);
    framer.message.settle();
    const std::string bytes = archive.text(2, framer.message.bytes(), FRAME_CAPACITY);
    const bool in_parts = archive.flag(3, framer.message.in_parts());
    framer.message.resume(bytes, in_parts);
    std::visit([&archive](auto& progress) { archive.part(4, progress); }, framer.progress);
}

template <typename Archive>
void describe(Archive& archive, ConnectionState& connection) {
    connection.fd = archive.number(1, connection.fd);
    archive.part(2, connection.peer);
    connection.number = archive.number(3, connection.number);
    connection.profile = archive.number(4, connection.profile);
    connection.messages = archive.number(5, connection.messages);
    connection.bytes = archive.number(6, connection.bytes);
    connection.discarded = archive.number(7, connection.discarded);
    connection.part = archive.number(8, connection.part);
    connection.opened = archive.time(9, connection.opened);
    connection.last_read = archive.time(10, connection.last_read);
    connection.last_read_wall = archive.wall_time(11, connection.last_read_wall);
    connection.message_begun = archive.time(12, connection.message_begun);
    connection.state = archive.number(13, connection.state, Connection::State::draining);
    connection.reason = archive.number(14, connection.reason, LAST_REASON);
    connection.probed = archive.number(15, connection.probed, Protocol::smb);
    connection.charset = archive.text(16, connection.charset, state_limit::NAME);
    connection.proof = archive.number(17, connection.proof, Proof::gb18030);
    connection.weight = archive.number(18, connection.weight, Connection::MOST_WEIGHT);
    connection.input_ended = archive.flag(19, connection.input_ended);
    connection.output_dead = archive.flag(20, connection.output_dead);
    connection.unreachable = archive.flag(21, connection.unreachable);
    connection.said_farewell = archive.flag(22, connection.said_farewell);
    connection.undecided = archive.flag(23, connection.undecided);
    connection.recorded = archive.flag(24, connection.recorded);
    connection.telnet_shown = archive.flag(25, connection.telnet_shown);
    connection.names_listener = archive.flag(26, connection.names_listener);
    connection.some_as_bytes = archive.flag(27, connection.some_as_bytes);
    connection.unconfirmed = archive.flag(28, connection.unconfirmed);
    connection.window_closed = archive.flag(29, connection.window_closed);
    const Framing framing = archive.number(30, connection.framing, Framing::length);
    if (framing != connection.framing) connection.framer = FramerState{framing};
    connection.framing = framing;
    archive.part(31, connection.framer);
    archive.optional(32, connection.outbox);
    archive.optional(33, connection.held);
    archive.optional(34, connection.identity);
    archive.optional(35, connection.waiting);
    archive.optional(36, connection.kicked);
    archive.require(connection.fd >= 0 && connection.number > 0);
    archive.require((connection.state == Connection::State::kicked) <=
                    connection.kicked.has_value());
}

}  // namespace hark
