#include "bench/sessions.hpp"

#include "bench/connecting.hpp"
#include "common/sys/error.hpp"
#include "common/sys/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace hark::bench {

namespace {

constexpr int EVENTS_A_ROUND = 64;

struct Session {
    UniqueFd fd;
    std::size_t steps = 0;  // lines received, including the greeting
};

class Sessions {
   public:
    explicit Sessions(const SessionShape& shape)
        : shape_{shape},
          payload_{Text::ascii, shape.protocol, shape.bytes, 1},
          greetings_{shape.greeted ? 1U : 0U},
          sessions_(shape.at_once) {}

    void hold() {
        for (std::size_t index = 0; index < sessions_.size(); ++index) begin(index);
        std::array<epoll_event, EVENTS_A_ROUND> events{};
        while (held_ < shape_.count) {
            const int count = epoll_wait(epoll_.get(), events.data(), EVENTS_A_ROUND, PATIENCE_MS);
            if (count <= 0) throw std::runtime_error{"the server stopped replying"};
            for (std::size_t index = 0; index < static_cast<std::size_t>(count); ++index) {
                receive(events[index].data.u64);
            }
        }
    }

   private:
    void begin(std::size_t index) {
        if (begun_ == shape_.count) return;
        ++begun_;
        sessions_[index] = {connect_to(shape_.port)};
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, sessions_[index].fd.get(), &event) != 0) {
            throw SystemError{errno, "cannot watch a connection"};
        }
        if (greetings_ == 0) say(sessions_[index], payload_.first(1));
    }

    static void say(const Session& session, std::string_view words) {
        const ssize_t sent = send(session.fd.get(), words.data(), words.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(words.size())) throw SystemError{errno, "cannot send"};
    }

    void receive(std::size_t index) {
        Session& session = sessions_[index];
        std::array<char, 1024> buffer;
        const ssize_t got = recv(session.fd.get(), buffer.data(), buffer.size(), 0);
        if (got < 0) throw SystemError{errno, "cannot receive"};
        if (got == 0) {
            if (!shape_.ends || session.steps != greetings_ + 2) {
                throw std::runtime_error{"the server has closed a session"};
            }
            return end(index);
        }
        const std::string_view input{buffer.data(), static_cast<std::size_t>(got)};
        if (!input.ends_with('\n')) throw std::runtime_error{"an incomplete reply"};
        session.steps += static_cast<std::size_t>(std::ranges::count(input, '\n'));
        if (session.steps == greetings_) {
            say(session, payload_.first(1));
        } else if (session.steps == greetings_ + 1) {
            say(session, shape_.protocol == Protocol::resp ? "QUIT\r\n" : "bye\n");
        } else if (!shape_.ends) {
            end(index);
        }
    }

    void end(std::size_t index) {
        ++held_;
        sessions_[index].fd.reset();
        begin(index);
    }

    SessionShape shape_;
    Payload payload_;
    std::size_t greetings_;
    std::vector<Session> sessions_;
    UniqueFd epoll_{epoll_create1(0)};
    std::size_t begun_ = 0;
    std::size_t held_ = 0;
};

}  // namespace

void hold_sessions(const SessionShape& shape) {
    Sessions{shape}.hold();
}

}  // namespace hark::bench
