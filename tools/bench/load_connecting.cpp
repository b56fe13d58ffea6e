// Opening the connections, and the order of the phases.
#include "common/locale/i18n.hpp"
#include "tools/bench/load.hpp"
#include "tools/cli/exit_status.hpp"

#include <algorithm>
#include <cstring>

namespace hark {

void Load::make_connections() {
    std::vector<std::uint64_t> weights;
    std::vector<LoadFraming> framings;
    for (const MixPart& framing : options_.framings) {
        for (const MixPart& charset : options_.charsets) {
            weights.push_back(framing.weight * charset.weight);
            framings.push_back(static_cast<LoadFraming>(framing.kind));
            corpora_.emplace_back(static_cast<LoadCharset>(charset.kind), framings.back(),
                                  options_.size);
        }
    }
    LoadListener& listener = *this;
    std::vector<std::size_t> shares = share_out(weights, options_.connections);
    // Interleaved, so that any few consecutive connections are a mix, too.
    while (connections_.size() < options_.connections) {
        for (std::size_t kind = 0; kind < shares.size(); ++kind) {
            if (shares[kind] == 0) continue;
            --shares[kind];
            connections_.emplace_back(loop_, listener, corpora_[kind], connections_.size(),
                                      std::span<char>{input_}, framings[kind] == LoadFraming::none);
        }
    }
    slots_.resize(connections_.size());
    if (!options_.rate) sent_at_.resize(connections_.size() * window_);
}

void Load::advance() noexcept {
    switch (phase_) {
        case Phase::looking_up:
            if (lookup_.addresses().empty()) {
                note_trouble(EXIT_UNREACHABLE,
                             formatted(_("cannot find {}: {}"), options_.server.host,
                                       _(lookup_.trouble().c_str())));
                finish();
                break;
            }
            phase_ = Phase::connecting;
            [[fallthrough]];
        case Phase::connecting:
            connect_next();
            break;
        case Phase::asking:
            if (!usage_.waits()) begin();
            break;
        case Phase::draining:
            if ((in_flight_ > 0 && !gave_up_) || usage_.waits()) break;
            patience_.cancel();
            phase_ = Phase::asking_again;
            usage_.finish();
            [[fallthrough]];
        case Phase::asking_again:
            if (!usage_.waits()) leave();
            break;
        case Phase::leaving:
            if (alive_ == 0) finish();
            break;
        case Phase::sending:
            if (alive_ == 0 || all_is_sent()) drain();
            break;
        case Phase::over:
            break;
    }
}

// Opens the first one alone: it finds the address that all others use.
void Load::connect_next() noexcept {
    const std::size_t at_a_time = result_.opened == 0 ? 1 : CONNECTING_AT_A_TIME;
    while (connecting_ < at_a_time && next_ < connections_.size()) {
        ++connecting_;
        connections_[next_++].connect(lookup_.addresses()[address_], greets_, options_.tls.get());
    }
    if (connecting_ > 0) return;
    if (alive_ == 0) {
        finish();
        return;
    }
    phase_ = Phase::asking;
    usage_.open(options_.control);
}

// Counts the time during which at least one is under way, without the waits for greetings.
void Load::on_handshake_begun() noexcept {
    if (shaking_++ == 0) shaking_since_ = clock_.monotonic();
}

void Load::on_handshake_over(bool succeeded) noexcept {
    if (succeeded) ++result_.handshakes;
    if (--shaking_ > 0) return;
    result_.handshake_seconds += seconds_of(clock_.monotonic() - shaking_since_);
}

void Load::on_open(LoadConnection&, bool greeted) noexcept {
    greets_ = greets_ && greeted;
    --connecting_;
    ++alive_;
    ++result_.opened;
    progress_at_ = clock_.monotonic();
    result_.server = lookup_.addresses()[address_].text();
    advance_task_.schedule();
}

void Load::on_end(LoadConnection& connection, LoadEnd end, int error,
                  std::string_view reason) noexcept {
    in_flight_ -= connection.in_flight();
    advance_task_.schedule();
    if (connection.was_open()) {
        --alive_;
    } else {
        --connecting_;
    }
    switch (end) {
        case LoadEnd::unreachable:
            note_unreachable(error);
            break;
        case LoadEnd::distrusted:
            note_distrust(reason);
            break;
        case LoadEnd::refused:
            note_refusal(reason);
            break;
        case LoadEnd::closed:
            ++result_.lost;
            note_trouble(EXIT_UNREACHABLE, formatted(_("{} closed the connection"), server_));
            break;
        case LoadEnd::lost:
            ++result_.lost;
            note_trouble(EXIT_UNREACHABLE, formatted(_("the connection to {} is lost: {}"), server_,
                                                     std::strerror(error)));
            break;
        case LoadEnd::left:
            break;
    }
    if (options_.rate && phase_ == Phase::sending) {
        forgone_ += schedule_.share(total_, slots_[connection.number()]) - connection.sent();
    }
}

void Load::note_refusal(std::string_view reason) {
    ++result_.refused;
    note_trouble(EXIT_REFUSED, formatted(_("{} ended the connection: {}"), server_,
                                         server_text_.printable({reason, LineEnd::line})));
    if (const std::string hint = tls_hint(reason); !hint.empty()) {
        note_trouble(EXIT_REFUSED, hint);
    }
}

// The other connections would fail in the same way.
void Load::note_distrust(std::string_view why) noexcept {
    ++result_.unreachable;
    note_trouble(EXIT_UNREACHABLE, formatted(_("cannot connect to {}: {}"), server_, why));
    if (result_.opened == 0) next_ = connections_.size();
}

void Load::note_unreachable(int error) noexcept {
    if (!failures_.empty()) failures_ += "; ";
    failures_ += lookup_.addresses()[address_].text() + ": " + std::strerror(error);
    if (result_.opened == 0 && address_ + 1 < lookup_.addresses().size()) {
        ++address_;
        --next_;
        return;
    }
    ++result_.unreachable;
    note_trouble(EXIT_UNREACHABLE, formatted(_("cannot connect to {}: {}"), server_, failures_));
    failures_.clear();
    // If nothing accepts the first connection, nothing will accept the others.
    if (result_.opened == 0) next_ = connections_.size();
}

}  // namespace hark
