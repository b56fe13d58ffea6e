#include "common/varlink/message.hpp"

#include "common/varlink/json.hpp"

#include <utility>

namespace hark::varlink {

namespace {

// Json finds members by linear search, also while parsing: a call with nothing but members would
// take tens of milliseconds.
constexpr std::size_t MAX_CALL_STRINGS = 256;

// Counts the strings of a JSON text, including the names of members.
std::size_t count_strings(std::string_view json) noexcept {
    std::size_t quotes = 0;
    for (std::size_t index = 0; index < json.size(); ++index) {
        if (json[index] == '\\') {
            ++index;
        } else if (json[index] == '"') {
            ++quotes;
        }
    }
    return quotes / 2;
}

// Nothing if `message` is not a JSON object.
std::optional<Json> parse_object(std::string_view message) {
    Json value = Json::parse(message, nullptr, false);
    if (!value.is_object()) return std::nullopt;
    return value;
}

// False if absent. Nothing if it is not a flag.
std::optional<bool> flag(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return false;
    if (!found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

// The parameters, which are optional. Nothing if they are not an object.
std::optional<Json> parameters(Json& object) {
    const auto found = object.find("parameters");
    if (found == object.end() || found->is_null()) return Json::object();
    if (!found->is_object()) return std::nullopt;
    return std::move(*found);
}

void append(std::string& into, const Json& message) {
    // An error may quote the other side's text, which may not be valid UTF-8.
    into += message.dump(-1, ' ', false, Json::error_handler_t::replace);
    into.push_back('\0');
}

}  // namespace

JsonBox object_of(std::span<const Parameter> parameters) {
    Json object = Json::object();
    for (const Parameter& parameter : parameters) {
        std::visit([&](const auto& value) { object[std::string{parameter.name}] = value; },
                   parameter.value);
    }
    return object;
}

std::optional<Call> parse_call(std::string_view message) {
    if (count_strings(message) > MAX_CALL_STRINGS) return std::nullopt;
    std::optional<Json> object = parse_object(message);
    if (!object) return std::nullopt;
    const auto method = object->find("method");
    const auto more = flag(*object, "more");
    const auto oneway = flag(*object, "oneway");
    if (method == object->end() || !method->is_string() || !more || !oneway) return std::nullopt;
    auto given = parameters(*object);
    if (!given) return std::nullopt;
    return Call{.method = method->get<std::string>(),
                .parameters = std::move(*given),
                .more = *more,
                .oneway = *oneway};
}

std::optional<Reply> parse_reply(std::string_view message) {
    std::optional<Json> object = parse_object(message);
    if (!object) return std::nullopt;
    const auto continues = flag(*object, "continues");
    if (!continues) return std::nullopt;
    std::string error;
    if (const auto found = object->find("error"); found != object->end() && !found->is_null()) {
        if (!found->is_string()) return std::nullopt;
        error = found->get<std::string>();
    }
    auto given = parameters(*object);
    if (!given) return std::nullopt;
    return Reply{
        .parameters = std::move(*given), .error = std::move(error), .continues = *continues};
}

void append(std::string& into, const Call& call) {
    Json message{{"method", call.method}};
    if (!call.parameters->empty()) message["parameters"] = *call.parameters;
    if (call.more) message["more"] = true;
    if (call.oneway) message["oneway"] = true;
    append(into, message);
}

void append(std::string& into, const Reply& reply) {
    Json message = Json::object();
    if (!reply.error.empty()) message["error"] = reply.error;
    message["parameters"] = *reply.parameters;
    if (reply.continues) message["continues"] = true;
    append(into, message);
}

}  // namespace hark::varlink
