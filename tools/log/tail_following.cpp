// The daemon's stream of records: calling for it, losing it and calling for it again.
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/json_fields.hpp"
#include "tools/log/tail_viewer.hpp"

#include <array>
#include <utility>
#include <vector>

namespace hark {

namespace {

// A daemon at its limit also accepts us, but then closes the connection at once.
constexpr Duration SETTLED = std::chrono::seconds{1};

}  // namespace

varlink::Call TailViewer::call() const {
    std::array<std::string_view, EVENTS> events;
    for (std::size_t i = 0; i < EVENTS; ++i) events[i] = name(static_cast<Event>(i));
    std::vector<varlink::Parameter> parameters;
    if (options_.client) parameters.push_back({"client", *options_.client});
    if (!options_.peer.empty()) parameters.push_back({"peer", options_.peer});
    if (!options_.text.empty()) parameters.push_back({"text", options_.text});
    if (options_.events)
        parameters.push_back({"events", std::span<const std::string_view>{events}});
    return {.method = "org.harkd.Tail", .parameters = varlink::object_of(parameters), .more = true};
}

void TailViewer::follow() noexcept {
    connected_at_.reset();
    connection_.open(options_.control);
    if (!connection_.is_open()) return;
    counting_ = options_.waits;
    if (counting_) {
        connection_.call_all(std::array{varlink::Call{.method = "org.harkd.Status"}, call()});
    } else {
        connection_.call(call());
    }
}

void TailViewer::on_connected() noexcept {
    followed_ = true;
    connected_at_ = loop_.now();
    if (reported_lost_) settled_.arm_in(SETTLED);
}

void TailViewer::on_settled() noexcept {
    settled_.cancel();
    if (!std::exchange(reported_lost_, false)) return;
    if (options_.waits) {
        print_error(_("connected again"));
    } else {
        print_error(_("connected again; what was recorded in between is not shown"));
    }
}

void TailViewer::on_reply(const varlink::Reply& reply) noexcept {
    if (!reply.error.empty()) {
        print_error(hark::failure_of(reply).text);
        finish(EXIT_REFUSED);
        return;
    }
    if (counting_) {
        take_count(reply);
        return;
    }
    on_settled();
    JsonFields fields{*reply.parameters};
    const std::uint64_t dropped = fields.maybe_count("dropped").value_or(0);
    if (dropped > 0) show_dropped(dropped);
    const varlink::Json* const record = fields.maybe_any("record");
    if (finished_) return;
    if (!fields.ok() || (record != nullptr && !take_record(*record))) {
        print_error(bad_reply(fields.ok() ? "record" : fields.fault()).text);
        finish(EXIT_UNREACHABLE);
        return;
    }
    if (finished_) return;
    if (reply.continues) {
        connection_.set_reading(output_.has_room());
        return;
    }
    connection_.close();
    on_control_failure({EXIT_UNREACHABLE, _("the daemon sends no more records"), true});
}

void TailViewer::on_control_failure(const ControlFailure& failure) noexcept {
    if (!followed_ || !failure.temporary) {
        print_error(failure.text);
        finish(failure.status);
        return;
    }
    if (!std::exchange(reported_lost_, true)) {
        print_error(failure.text);
        print_error(_("waiting for the daemon"));
    }
    settled_.cancel();
    // Unfinished messages are kept: after a restart in place, the rest of them comes.
    retry_.arm_in(delay_.next(connected_at_ ? loop_.now() - *connected_at_ : Duration{}));
}

void TailViewer::take_count(const varlink::Reply& reply) {
    counting_ = false;
    JsonFields fields{*reply.parameters};
    const std::string run = fields.text("run");
    const std::uint64_t messages = fields.count("messages");
    if (!fields.ok()) {
        print_error(bad_reply(fields.fault()).text);
        finish(EXIT_UNREACHABLE);
        return;
    }
    again_ = !run_.empty();
    if (again_ && (run != run_ || messages != recorded_)) {
        // What has come of unfinished messages may be what is waited for.
        joiner_.end_all();
        show_ended();
        if (!finished_) fail_over_gap();
        return;
    }
    run_ = run;
    recorded_ = messages;
    on_settled();
}

}  // namespace hark
