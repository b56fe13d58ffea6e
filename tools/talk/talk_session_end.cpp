// How a conversation ends, normally or not, and how it resumes.
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/text/utf8.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/talk/talk_session.hpp"

namespace hark {

namespace {

using std::chrono::seconds;

// How long the server may be silent at the end before we give up.
constexpr Duration PIPE_SILENCE = seconds{10};
constexpr Duration PERSON_SILENCE = seconds{5};
// The same if we wait only for a farewell that the server may not know.
constexpr Duration STRANGER_SILENCE = seconds{1};

// How many lines an error message quotes, and how much of each.
constexpr std::size_t MOST_QUOTED = 5;
constexpr std::size_t LONGEST_QUOTE = 60;

}  // namespace

void TalkSession::leave() noexcept {
    if (over_ || leaving_) return;
    leaving_ = true;
    if (connection_.connected()) {
        part();
    } else if (patience_ == Patience::person && !(connection_.opening() && lines_.count() > 0)) {
        finish(has_unacknowledged() ? EXIT_UNREACHABLE : EXIT_DONE,
               has_unacknowledged() ? with_unacknowledged(_("left without a connection")) : "");
    }
}

// A chunk listener would take a bye right after a line as part of it; a listener that acknowledges
// with bytes would record it.
void TalkSession::part() noexcept {
    const bool waits = acknowledges_ && lines_.count() > 0;
    if (heard_ && !waits) {
        parted_ = true;
        in_bytes_ ? connection_.end_output() : connection_.send("bye\n");
    }
    arm_silence();
}

void TalkSession::arm_silence() noexcept {
    const bool waits_for_more = lines_.count() > 0 && has_unacknowledged();
    if (patience_ == Patience::pipe && waits_for_more) {
        silence_timer_.arm_in(PIPE_SILENCE);
    } else {
        silence_timer_.arm_in(acknowledges_ ? PERSON_SILENCE : STRANGER_SILENCE);
    }
}

void TalkSession::on_silence() noexcept {
    if (has_unacknowledged()) {
        finish(EXIT_UNREACHABLE,
               with_unacknowledged(heard_ ? _("no answer")
                                          : _("no answer, not even a greeting: this listener may "
                                              "have replies = \"none\"")));
    } else {
        finish(EXIT_DONE, "");
    }
}

bool TalkSession::has_unacknowledged() const noexcept {
    return lines_.count() > 0 && (acknowledges_ || patience_ == Patience::pipe || has_unsent_);
}

void TalkSession::on_disconnected(Disconnect reason, const std::string& why) noexcept {
    const bool was_connected = !server_.empty();
    server_.clear();
    blocked_ = true;
    silence_timer_.cancel();
    unheard_timer_.cancel();
    const bool was_there = reason == Disconnect::closed || reason == Disconnect::lost;
    if (leaving_ && !has_unacknowledged() && was_there) {
        finish(refusal_.empty() ? EXIT_DONE : EXIT_REFUSED,
               refusal_.empty() ? "" : reason_text(reason, why));
        return;
    }
    // Nothing more will be typed, and there is nothing to resend.
    const bool is_over = leaving_ && !has_unacknowledged();
    if (!options_.reconnect || is_over || reason == Disconnect::distrusted) {
        finish(refusal_.empty() ? EXIT_UNREACHABLE : EXIT_REFUSED,
               with_unacknowledged(reason_text(reason, why)));
        return;
    }
    connection_was_lost_ = connection_was_lost_ || was_connected;
    const Duration held = was_connected ? loop_.now() - connected_at_ : Duration::zero();
    const Duration delay = delay_.next(held);
    front_.on_notice(
        formatted(_("{}; trying again in {:.1f} s"), reason_text(reason, why), seconds_of(delay)));
    reconnect_timer_.arm_in(delay);
}

std::string TalkSession::reason_text(Disconnect reason, const std::string& why) const {
    if (!refusal_.empty()) {
        const std::string hint = tls_hint(refusal_);
        return formatted(_("refused: {}"), refusal_) + (hint.empty() ? "" : "; " + hint);
    }
    const std::string server = options_.server.text();
    switch (reason) {
        case Disconnect::no_address:
            return formatted(_("cannot find {}: {}"), options_.server.host, why);
        case Disconnect::unreachable:
        case Disconnect::distrusted:
            return formatted(_("cannot connect to {}: {}"), server, why);
        case Disconnect::closed:
            return formatted(_("{} closed the connection"), server);
        case Disconnect::lost:
            break;
    }
    return formatted(_("the connection to {} is lost: {}"), server, why);
}

std::string TalkSession::with_unacknowledged(const std::string& complaint) {
    if (!has_unacknowledged()) return complaint;
    std::string text = complaint + "\n";
    text += formatted(ngettext("{} line was not acknowledged:", "{} lines were not acknowledged:",
                               lines_.count()),
                      lines_.count());
    std::size_t quoted = 0;
    for (const std::string& line : lines_.lines()) {
        if (quoted == MOST_QUOTED) break;
        const std::string shown = text_.shown({line, LineEnd::line});
        const std::size_t length =
            utf8::scan(std::string_view{shown}.substr(0, LONGEST_QUOTE)).valid;
        text += "\n    " + shown.substr(0, length) + (length < shown.size() ? "..." : "");
        ++quoted;
    }
    if (quoted < lines_.count()) text += "\n    ...";
    return text;
}

void TalkSession::interrupt(int signal) noexcept {
    finish(128 + signal, has_unacknowledged() ? with_unacknowledged(_("interrupted")) : "");
}

void TalkSession::abandon(int status, const std::string& complaint) noexcept {
    finish(status, with_unacknowledged(complaint));
}

void TalkSession::finish(int status, const std::string& complaint) noexcept {
    if (over_) return;
    over_ = true;
    reconnect_timer_.cancel();
    silence_timer_.cancel();
    unheard_timer_.cancel();
    connection_.close();
    end_ = {status, complaint};
    front_.on_end();
}

}  // namespace hark
