#include "tools/bench/server_usage.hpp"

#include "common/locale/i18n.hpp"

#include <algorithm>

namespace hark {

void ServerUsage::open(const std::string& path) {
    waits_ = true;
    point_ = Point::open;
    connection_.open(path);
    if (!failed_) connection_.call({.method = "org.harkd.Status"});
}

void ServerUsage::ask(Point point) noexcept {
    if (failed_) return;
    point_ = point;
    waits_ = true;
    connection_.call({.method = "org.harkd.Status"});
}

void ServerUsage::on_reply(const varlink::Reply& reply) noexcept {
    if (!reply.error.empty()) {
        fail(failure_of(reply).text);
        return;
    }
    std::string fault;
    std::optional<DaemonStatus> status = read_status(*reply.parameters, fault);
    if (!status) {
        fail(bad_reply(fault).text);
        return;
    }
    (point_ == Point::open    ? at_open_
     : point_ == Point::start ? at_start_
                              : at_finish_) = std::move(status);
    settle();
}

void ServerUsage::on_control_failure(const ControlFailure& failure) noexcept {
    fail(failure.text);
}

void ServerUsage::fail(const std::string& why) noexcept {
    connection_.close();
    failed_ = true;
    trouble_ = why;
    settle();
}

void ServerUsage::settle() noexcept {
    waits_ = false;
    on_settled_();
}

std::optional<ServerUsage::Figures> ServerUsage::figures(std::uint64_t acknowledged) {
    if (failed_) return std::nullopt;
    if (!at_open_ || !at_finish_) {
        trouble_ = _("there was no time to ask the daemon");
        return std::nullopt;
    }
    // The daemon at the control socket may not be the one that took the messages.
    if (at_finish_->run != at_open_->run ||
        at_finish_->messages - std::min(at_open_->messages, at_finish_->messages) < acknowledged) {
        trouble_ = _("the control socket belongs to another daemon");
        return std::nullopt;
    }
    const DaemonStatus& from = at_start_ ? *at_start_ : *at_open_;
    return Figures{.version = at_finish_->version,
                   .messages = at_finish_->messages - from.messages,
                   .cpu = std::max(at_finish_->cpu - from.cpu, 0.0),
                   .memory = at_finish_->memory};
}

}  // namespace hark
