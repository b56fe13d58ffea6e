// The control socket's language: Varlink (https://varlink.org), JSON objects that end with a NUL.
// The methods are those of org.harkd.varlink, beside this file, which both programs carry.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace hark::varlink {

using Json = nlohmann::ordered_json;

// The text of org.harkd.varlink, and of org.varlink.service, which every service has.
extern const char* const INTERFACE;
extern const char* const SERVICE_INTERFACE;

// Errors that any service may answer with.
inline constexpr std::string_view INTERFACE_NOT_FOUND = "org.varlink.service.InterfaceNotFound";
inline constexpr std::string_view METHOD_NOT_FOUND = "org.varlink.service.MethodNotFound";
inline constexpr std::string_view INVALID_PARAMETER = "org.varlink.service.InvalidParameter";
inline constexpr std::string_view PERMISSION_DENIED = "org.varlink.service.PermissionDenied";
inline constexpr std::string_view EXPECTED_MORE = "org.varlink.service.ExpectedMore";

struct Call {
    std::string method;  // "org.harkd.Status"
    Json parameters = Json::object();
    bool more = false;    // many replies are wanted
    bool oneway = false;  // none is
};

struct Reply {
    Json parameters = Json::object();
    std::string error{};     // empty: none
    bool continues = false;  // another one follows
};

// Both read one message without its NUL; nothing when it is none. A call with hundreds of members
// is taken for none: whoever serves many reads it in a fraction of a millisecond.
[[nodiscard]] std::optional<Call> parse_call(std::string_view message);
[[nodiscard]] std::optional<Reply> parse_reply(std::string_view message);

// Both append one message with its NUL.
void append(std::string& into, const Call& call);
void append(std::string& into, const Reply& reply);

// The bytes of a stream, until they are whole messages.
class MessageSplitter {
   public:
    // `limit`: bytes that one message may have.
    explicit MessageSplitter(std::size_t limit) noexcept : limit_{limit} {}

    // False when a message is over the limit, which is for good.
    [[nodiscard]] bool add(std::string_view bytes);

    // The next whole message, without its NUL; valid until the next call of either. Nothing when
    // there is none yet.
    [[nodiscard]] std::optional<std::string_view> next() noexcept;

    // Whether part of a message is there, and its end is not.
    [[nodiscard]] bool holds_some() const noexcept { return taken_ < bytes_.size(); }

   private:
    std::size_t limit_;
    std::string bytes_;
    std::size_t taken_ = 0;
    std::size_t searched_ = 0;  // no NUL from taken_ up to here
};

}  // namespace hark::varlink
