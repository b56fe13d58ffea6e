// Why a command could not be carried out over the control socket, in words for people.
#pragma once

#include "common/varlink/message.hpp"
#include "tools/control/control_socket.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace hark {

struct ControlFailure {
    int status = 0;          // exit status
    std::string text{};      // UTF-8; empty: report nothing
    bool temporary = false;  // whether it may succeed later
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
// For an error reply.
[[nodiscard]] ControlFailure failure_of(const varlink::Reply& reply);
// For a reply that no harkd would send; `what`: the offending key, or a phrase.
[[nodiscard]] ControlFailure bad_reply(const std::string& what);

}  // namespace hark
