#include "tools/control/control_session.hpp"

#include "tools/cli/exit_status.hpp"

#include <utility>

namespace hark {

ControlSession::ControlSession(const std::string& path)
    : signals_{loop_, method<&ControlSession::on_signal>(*this)}, connection_{loop_, *this} {
    connection_.open(path);
}

varlink::JsonBox ControlSession::call(std::string_view method,
                                      std::initializer_list<varlink::Parameter> parameters) {
    reply_.reset();
    if (!failure_) {
        connection_.call({.method = std::string{"org.harkd."}.append(method),
                          .parameters = varlink::object_of(parameters)});
    }
    while (!reply_ && !failure_) loop_.run();
    if (!reply_) throw ControlError{*failure_};
    if (!reply_->error.empty()) throw ControlError{hark::failure_of(*reply_)};
    return std::move(reply_->parameters);
}

void ControlSession::on_reply(const varlink::Reply& reply) noexcept {
    reply_ = reply;
    loop_.stop();
}

void ControlSession::on_control_failure(const ControlFailure& failure) noexcept {
    failure_ = failure;
    loop_.stop();
}

void ControlSession::on_signal(int signal) noexcept {
    failure_ = ControlFailure{EXIT_KILLED_BY + signal};
    connection_.close();
    loop_.stop();
}

}  // namespace hark
