#include "tools/control/control_connection.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"
#include "tools/cli/exit_status.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/epoll.h>

namespace hark {

namespace {

// Whether `message` nests objects and lists deeper than any reply of harkd: nested values are
// processed by recursion.
bool is_too_deep(std::string_view message) noexcept {
    constexpr int DEEPEST = 32;
    int depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < message.size(); ++i) {
        const char byte = message[i];
        if (in_text && byte == '\\') {
            ++i;
        } else if (byte == '"') {
            in_text = !in_text;
        } else if (!in_text && (byte == '{' || byte == '[')) {
            if (++depth > DEEPEST) return true;
        } else if (!in_text && (byte == '}' || byte == ']')) {
            --depth;
        }
    }
    return false;
}

}  // namespace

ControlConnection::ControlConnection(EventLoop& loop, ControlListener& listener) noexcept
    : listener_{listener},
      watch_{loop, method<&ControlConnection::on_ready>(*this)},
      retry_{loop, method<&ControlConnection::connect>(*this)},
      timeout_{loop, method<&ControlConnection::on_timeout>(*this)},
      deliver_task_{loop, Stage::process, method<&ControlConnection::deliver>(*this)} {}

void ControlConnection::open(const std::string& path) {
    close();
    path_ = path;
    open_ = true;
    reading_ = true;
    timeout_.arm_in(PATIENCE);
    connect();
}

void ControlConnection::close() noexcept {
    ++generation_;
    watch_.stop();
    socket_.reset();
    retry_.cancel();
    timeout_.cancel();
    deliver_task_.cancel();
    splitter_ = varlink::MessageSplitter{MAX_MESSAGE};
    output_.clear();
    open_ = streams_ = ended_ = false;
    waits_ = 0;
    broken_ = 0;
}

void ControlConnection::connect() noexcept {
    NoControlSocket why;
    socket_ = connect_control(path_, why);
    if (!socket_) {
        // The daemon is alive, but its backlog is full: try again.
        if (why.error == EAGAIN) {
            retry_.arm_in(RETRY);
        } else {
            fail(failure_of(why));
        }
        return;
    }
    if (const int error = watch_.start(socket_.get(), 0); error < 0) {
        fail({EXIT_UNREACHABLE, std::strerror(-error)});
        return;
    }
    if (waits_ == 0 || (waits_ == 1 && streams_)) timeout_.cancel();
    listener_.on_connected();
    flush();
}

void ControlConnection::call_all(std::span<const varlink::Call> calls) {
    waits_ = calls.size();
    for (const varlink::Call& call : calls) {
        streams_ = call.more;
        varlink::append(output_.back(), call);
        if (!streams_) timeout_.arm_in(PATIENCE);
    }
    if (socket_) flush();
}

void ControlConnection::set_reading(bool reading) noexcept {
    if (reading_ == reading || !open_) return;
    reading_ = reading;
    if (reading) deliver_task_.schedule();
    update_interest();
}

void ControlConnection::on_ready(std::uint32_t events) noexcept {
    if ((events & EPOLLOUT) != 0) flush();
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read();
}

void ControlConnection::flush() noexcept {
    while (!output_.empty()) {
        const ssize_t size = sys::send(socket_.get(), output_.view().data(), output_.size());
        if (size == -EAGAIN) break;
        if (size < 0) {
            // The daemon is gone, but what it sent before can still be read.
            output_.clear();
            break;
        }
        output_.consume(static_cast<std::size_t>(size));
    }
    update_interest();
}

void ControlConnection::update_interest() noexcept {
    if (!socket_) return;
    const bool reads = reading_ && !ended_;
    const auto wanted = (reads ? EPOLLIN : 0U) | (output_.empty() ? 0U : EPOLLOUT);
    if (const int error = watch_.set_interest(wanted); error < 0) {
        fail({EXIT_UNREACHABLE, std::strerror(-error)});
    }
}

void ControlConnection::read() noexcept {
    if (!reading_ || ended_) return;
    input_.resize(INPUT_SIZE);
    const ssize_t size = sys::recv(socket_.get(), input_.data(), input_.size());
    if (size == -EAGAIN) return;
    if (size <= 0) {
        ended_ = true;
        broken_ = static_cast<int>(-size);
        update_interest();
    } else if (!splitter_.add({input_.data(), static_cast<std::size_t>(size)})) {
        fail(bad_reply(_("it is longer than 1 MiB")));
        return;
    }
    deliver();
}

void ControlConnection::deliver() noexcept {
    const std::uint64_t generation = generation_;
    while (reading_) {
        const auto message = splitter_.next();
        if (!message) break;
        take(*message);
        if (generation != generation_) return;
    }
    if (!ended_ || !reading_) return;
    fail({EXIT_UNREACHABLE,
          broken_ == 0
              ? std::string{_("the daemon closed the connection")}
              : formatted(_("the connection to the daemon is lost: {}"), std::strerror(broken_)),
          true});
}

void ControlConnection::take(std::string_view message) noexcept {
    const auto reply = is_too_deep(message) ? std::nullopt : varlink::parse_reply(message);
    if (!reply) {
        fail(bad_reply(_("it is not a Varlink message")));
        return;
    }
    if (waits_ == 0 || (reply->continues && !streams_)) {
        fail(bad_reply(_("it was not requested")));
        return;
    }
    if (!reply->continues) {
        --waits_;
        timeout_.cancel();
    }
    listener_.on_reply(*reply);
}

void ControlConnection::on_timeout() noexcept {
    fail({EXIT_UNREACHABLE,
          formatted(_("the daemon did not answer within {} s"),
                    std::chrono::duration_cast<std::chrono::seconds>(PATIENCE).count()),
          true});
}

void ControlConnection::fail(const ControlFailure& failure) noexcept {
    close();
    listener_.on_control_failure(failure);
}

}  // namespace hark
