// Calls one after another, each of which waits for its answer: for commands that do a thing and
// end.
#pragma once

#include "common/loop/event_loop.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/control/control_connection.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

class ControlSession final : private ControlListener {
   public:
    // Connects; `path` as in ControlConnection::open(). Throws ControlError and SystemError.
    explicit ControlSession(const std::string& path);

    // Calls the method of that name of org.harkd. Returns what it replies. Throws ControlError:
    // also where the daemon replies with an error, and when a signal ends the program.
    [[nodiscard]] varlink::JsonBox call(std::string_view method,
                                        std::initializer_list<varlink::Parameter> parameters = {});

   private:
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    void on_signal(int signal) noexcept;

    SystemClock clock_;
    EventLoop loop_{clock_};
    EndingSignals signals_;
    ControlConnection connection_;
    std::optional<varlink::Reply> reply_;
    std::optional<ControlFailure> failure_;
};

}  // namespace hark
