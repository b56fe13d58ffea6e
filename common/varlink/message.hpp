// Messages on the control socket: Varlink (https://varlink.org), JSON objects. The methods are
// defined in org.harkd.varlink, beside this file, which is embedded in both programs.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace hark::varlink {

// The definitions of org.harkd, and of org.varlink.service, which every service implements.
extern const char* const INTERFACE;
extern const char* const SERVICE_INTERFACE;

// Errors common to all services.
inline constexpr std::string_view INTERFACE_NOT_FOUND = "org.varlink.service.InterfaceNotFound";
inline constexpr std::string_view METHOD_NOT_FOUND = "org.varlink.service.MethodNotFound";
inline constexpr std::string_view INVALID_PARAMETER = "org.varlink.service.InvalidParameter";
inline constexpr std::string_view PERMISSION_DENIED = "org.varlink.service.PermissionDenied";
inline constexpr std::string_view EXPECTED_MORE = "org.varlink.service.ExpectedMore";

// A member of a flat object.
struct Parameter {
    std::string_view name;
    std::variant<std::uint64_t, std::string_view, std::span<const std::string_view>> value;
};
[[nodiscard]] JsonBox object_of(std::span<const Parameter> parameters);
[[nodiscard]] inline JsonBox object_of(std::initializer_list<Parameter> parameters) {
    return object_of(std::span{parameters.begin(), parameters.size()});
}

struct Call {
    std::string method;  // "org.harkd.Status"
    JsonBox parameters{};
    bool more = false;    // the caller accepts several replies
    bool oneway = false;  // the caller wants no reply
};

struct Reply {
    JsonBox parameters{};
    std::string error{};     // empty: no error
    bool continues = false;  // another one follows
};

// Both parse one message without its NUL; nothing if it is invalid. A call with hundreds of members
// counts as invalid, so that parsing a call takes a fraction of a millisecond at most.
[[nodiscard]] std::optional<Call> parse_call(std::string_view message);
[[nodiscard]] std::optional<Reply> parse_reply(std::string_view message);

// Both append one message with its NUL.
void append(std::string& into, const Call& call);
void append(std::string& into, const Reply& reply);

}  // namespace hark::varlink
