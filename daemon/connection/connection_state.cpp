#include "daemon/connection/connection_state.hpp"

#include "common/text/charset.hpp"

#include <algorithm>

namespace hark {

namespace {

// Whether a framer of these options can have this state.
bool fits(const FramerState& framer, const FramingOptions& options) noexcept {
    // Counted messages and those with a length can be UTF-16, too.
    const bool has_units =
        options.framing != Framing::chunk && options.framing != Framing::delimited;
    if (framer.unit != CodeUnit::byte && !has_units) return false;
    switch (options.framing) {
        case Framing::automatic:
        case Framing::line:
        case Framing::chunk:
            return std::holds_alternative<AutoState>(framer.progress);
        case Framing::delimited: {
            const auto* const state = std::get_if<DelimitedState>(&framer.progress);
            return state != nullptr &&
                   state->begin_matched < std::max<std::size_t>(options.begin.size(), 1) &&
                   state->end_matched < options.end.size();
        }
        case Framing::counted:
        case Framing::length:
            break;
    }
    const auto* const state = std::get_if<SizedState>(&framer.progress);
    if (state == nullptr || state->remaining > options.max_message) return false;
    constexpr std::size_t LONGEST_COUNT = 9;
    const std::size_t header =
        options.framing == Framing::counted ? LONGEST_COUNT : std::size_t{options.length_bytes} - 1;
    return state->in_text() || (framer.message.size() <= header && !framer.message.in_parts());
}

}  // namespace

void check_fits(const ConnectionState& connection, const ListenerProfile& profile) {
    if (connection.framing != profile.framing.framing ||
        !fits(connection.framer, profile.framing)) {
        throw StateError{"a connection is not as its listener says"};
    }
}

ConnectionState Connection::state(std::uint32_t profile) {
    ConnectionState state{.fd = stream_.fd(),
                          .peer = peer_,
                          .number = number_,
                          .profile = profile,
                          .messages = messages_,
                          .bytes = bytes_,
                          .discarded = discarded_,
                          .part = part_,
                          .opened = opened_,
                          .last_read = last_read_,
                          .last_read_wall = last_read_wall_,
                          .message_begun = message_begun_,
                          .state = state_,
                          .reason = reason_,
                          .probed = probed_,
                          .charset = std::string{context_.decoder.name(charset_mode_)},
                          .proof = proof_,
                          .weight = weight_,
                          .input_ended = input_ended_,
                          .output_dead = output_dead_,
                          .unreachable = unreachable_,
                          .said_farewell = said_farewell_,
                          .undecided = undecided_,
                          .recorded = recorded_,
                          .telnet_shown = telnet_shown_,
                          .names_listener = names_listener_,
                          .some_as_bytes = some_as_bytes_,
                          .unconfirmed = unconfirmed_,
                          .window_closed = window_closed_,
                          .framing = profile_.framing.framing,
                          .framer = framer_state_};
    if (outbox_ != nullptr) state.outbox = outbox_->state();
    if (holds_input_) state.held = held();
    if (const Identity* const identity = stream_.identity()) state.identity = *identity;
    if (waiting_) {
        const RateWait& wait = context_.rate_waits.find(number_)->second;
        state.waiting = {wait.unread, wait.since};
    }
    if (const auto kick = context_.kicks.find(number_); kick != context_.kicks.end()) {
        state.kicked = {kick->second.due, kick->second.last_words};
    }
    return state;
}

Connection::Connection(ConnectionContext& context, ByteStream stream, const ConnectionState& state,
                       const ListenerProfile& profile)
    : context_{context},
      stream_{std::move(stream)},
      part_{state.part},
      watch_{context.loop, method<&Connection::on_ready>(*this)},
      timer_{context.loop, method<&Connection::on_timer>(*this)},
      input_ended_{state.input_ended},
      output_dead_{state.output_dead},
      unreachable_{state.unreachable},
      said_farewell_{state.said_farewell},
      undecided_{state.undecided},
      recorded_{state.recorded},
      telnet_shown_{state.telnet_shown},
      names_listener_{state.names_listener},
      some_as_bytes_{state.some_as_bytes},
      unconfirmed_{state.unconfirmed},
      window_closed_{state.window_closed},
      peer_{state.peer},
      number_{state.number},
      messages_{state.messages},
      bytes_{state.bytes},
      discarded_{state.discarded},
      opened_{state.opened},
      last_read_{state.last_read},
      last_read_wall_{state.last_read_wall},
      message_begun_{state.message_begun},
      profile_{profile},
      charset_mode_{context.decoder.open(state.charset).value_or(profile.charset)},
      proof_{state.proof},
      state_{state.state},
      reason_{state.reason},
      probed_{state.probed},
      framer_state_{state.framer} {
    weight_ = state.weight & 3U;
    if (state.outbox) {
        const bool is_nak = state.outbox->repeated == profile_.nak;
        outbox_ = std::make_unique<Outbox>(*state.outbox, is_nak ? profile_.nak : profile_.ack);
    }
    if (state.held) {
        holds_input_ = true;
        context_.held_inputs.insert_or_assign(number_, *state.held);
    }
    if (state.kicked) {
        context_.kicks[number_] = {.due = state.kicked->due,
                                   .last_words = state.kicked->last_words};
    }
    if (state.waiting) {
        keep_unread(state.waiting->unread);
        context_.rate_waits.find(number_)->second.since = state.waiting->since;
    }
}

void Connection::resume() noexcept {
    if (context_.addresses.in_use()) share_ = context_.addresses.join(peer_, false);
    if (stream_.fd() < 0 || watch_.start(stream_.fd(), 0) < 0) {
        if (receives()) flush(End::reset);
        reason_ = Reason::error;
        retire();
        return;
    }
    if (unconfirmed_) context_.windows.look_soon();
    if (waiting_ && receives() && share_) {
        await_tokens(context_.rate_waits.find(number_)->second.since);
        return;
    }
    // The new configuration may have no limits.
    end_wait();
    update_interest();
    switch (state_) {
        case State::opening:
        case State::retired:
            break;
        case State::open:
            arm_timer();
            break;
        case State::kicked:
            go_on_kicking();
            break;
        case State::closing:
            after_output();
            break;
        case State::draining:
            linger();
            break;
    }
}

}  // namespace hark
