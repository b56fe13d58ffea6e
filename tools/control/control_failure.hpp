// What keeps a command from being done over the control socket, in words for a person.
#pragma once

#include "common/varlink/message.hpp"
#include "tools/control/control_socket.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hark {

struct ControlFailure {
    int status = 0;       // to exit with
    std::string text{};   // UTF-8; empty: nothing is to be said
    bool passes = false;  // it may do later what it does not now
};

class ControlError : public std::runtime_error {
   public:
    explicit ControlError(const ControlFailure& failure)
        : std::runtime_error{failure.text}, status_{failure.status} {}

    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    int status_;
};

[[nodiscard]] ControlFailure failure_of(const NoControlSocket& why);
// Of a reply that is an error.
[[nodiscard]] ControlFailure failure_of(const varlink::Reply& reply);
// Of an answer that no harkd gives; `what` is wrong with it, in English, such as a key.
[[nodiscard]] ControlFailure nonsense(const std::string& what);

}  // namespace hark
