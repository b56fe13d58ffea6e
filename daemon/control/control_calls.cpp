// Calls: finds the method, checks whether the client may call it, and answers. Also the methods of
// org.varlink.service, which describe what there is to call.
#include "common/varlink/json.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/control/parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hark {

using varlink::Json;

namespace {

constexpr std::string_view SERVICE = "org.varlink.service";
constexpr std::string_view HARKD = "org.harkd";

std::string_view interface_of(std::string_view method) noexcept {
    return method.substr(0, std::min(method.rfind('.'), method.size()));
}

}  // namespace

const ControlServer::MethodSpec* ControlServer::find_method(std::string_view name) noexcept {
    static constexpr std::array METHODS{
        MethodSpec{"org.varlink.service.GetInfo", &ControlServer::get_info, Access::read},
        MethodSpec{"org.varlink.service.GetInterfaceDescription", &ControlServer::get_interface,
                   Access::read},
        MethodSpec{"org.harkd.Status", &ControlServer::status, Access::read},
        MethodSpec{"org.harkd.Clients", &ControlServer::clients, Access::read},
        MethodSpec{"org.harkd.Tail", &ControlServer::tail, Access::read},
        MethodSpec{"org.harkd.Say", &ControlServer::say, Access::full},
        MethodSpec{"org.harkd.Broadcast", &ControlServer::broadcast, Access::full},
        MethodSpec{"org.harkd.Kick", &ControlServer::kick, Access::full},
        MethodSpec{"org.harkd.Reload", &ControlServer::reload, Access::full},
        MethodSpec{"org.harkd.Restart", &ControlServer::restart, Access::full},
        MethodSpec{"org.harkd.SetLevel", &ControlServer::set_level, Access::full},
    };
    const auto found = std::ranges::find(METHODS, name, &MethodSpec::name);
    return found == METHODS.end() ? nullptr : &*found;
}

void ControlServer::handle(ControlClient& client) {
    const auto call = varlink::parse_call(client.call());
    more_ = call && call->more;
    oneway_ = call && call->oneway;
    if (!call) {
        std::string message;
        varlink::append(message, varlink::Reply{.parameters = Json{{"parameter", "method"}},
                                                .error = std::string{varlink::INVALID_PARAMETER}});
        client.answer_and_close(message);
        return;
    }
    owner_.on_call(client.credentials(), call->method);
    const MethodSpec* const method = find_method(call->method);
    if (method == nullptr) {
        const std::string_view interface = interface_of(call->method);
        if (interface == SERVICE || interface == HARKD) {
            refuse(client, varlink::METHOD_NOT_FOUND, Json{{"method", call->method}});
        } else {
            refuse(client, varlink::INTERFACE_NOT_FOUND, Json{{"interface", interface}});
        }
        return;
    }
    if (client.credentials().access < method->needs) {
        refuse(client, varlink::PERMISSION_DENIED);
        return;
    }
    Parameters parameters{*call->parameters};
    (this->*method->method)(client, parameters);
}

void ControlServer::reply(ControlClient& client, const varlink::Reply& reply) {
    std::string message;
    if (!oneway_) varlink::append(message, reply);
    client.answer(message);
}

void ControlServer::refuse(ControlClient& client, std::string_view error,
                           varlink::JsonBox parameters) {
    reply(client, {.parameters = std::move(parameters), .error = std::string{error}});
}

bool ControlServer::accept(ControlClient& client, const Parameters& parameters) {
    const auto wrong = parameters.wrong();
    if (wrong) refuse(client, varlink::INVALID_PARAMETER, Json{{"parameter", *wrong}});
    return !wrong;
}

void ControlServer::get_info(ControlClient& client, Parameters& parameters) {
    if (!accept(client, parameters)) return;
    reply(client, {.parameters = Json{{"vendor", "hark"},
                                      {"product", "harkd"},
                                      {"version", HARK_VERSION},
                                      {"url", ""},
                                      {"interfaces", {SERVICE, HARKD}}}});
}

void ControlServer::get_interface(ControlClient& client, Parameters& parameters) {
    const std::string name = parameters.wanted_text("interface");
    if (!accept(client, parameters)) return;
    if (name != HARKD && name != SERVICE) {
        refuse(client, varlink::INTERFACE_NOT_FOUND, Json{{"interface", name}});
        return;
    }
    reply(client,
          {.parameters = Json{
               {"description", name == HARKD ? varlink::INTERFACE : varlink::SERVICE_INTERFACE}}});
}

}  // namespace hark
