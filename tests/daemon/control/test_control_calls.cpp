// Which methods exist, and which do not.
#include "tests/daemon/control/control_fixture.hpp"

#include <utility>

using namespace hark;
using test::call;
using test::ControlFixture;
using test::Json;

TEST_CASE_FIXTURE(ControlFixture, "control: who it is, and what it speaks") {
    const auto info = ask(call("org.varlink.service.GetInfo"));
    CHECK(info.error.empty());
    CHECK(info.parameters["vendor"] == "hark");
    CHECK(info.parameters["product"] == "harkd");
    CHECK(info.parameters["version"].is_string());
    CHECK(info.parameters["url"].is_string());
    CHECK(info.parameters["interfaces"] == Json::array({"org.varlink.service", "org.harkd"}));
    for (const auto& [name, text] : {std::pair{"org.harkd", varlink::INTERFACE},
                                     {"org.varlink.service", varlink::SERVICE_INTERFACE}}) {
        const auto answer =
            ask(call("org.varlink.service.GetInterfaceDescription", {{"interface", name}}));
        CHECK(answer.parameters == Json{{"description", text}});
    }
}

TEST_CASE_FIXTURE(ControlFixture, "control: what there is not") {
    struct Case {
        std::string bytes;
        std::string_view error;
        Json parameters;
    };
    for (const Case& each : {
             Case{call("org.harkd.Nothing"),
                  varlink::METHOD_NOT_FOUND,
                  {{"method", "org.harkd.Nothing"}}},
             Case{call("org.varlink.service.Nothing"),
                  varlink::METHOD_NOT_FOUND,
                  {{"method", "org.varlink.service.Nothing"}}},
             Case{call("org.example.Status"),
                  varlink::INTERFACE_NOT_FOUND,
                  {{"interface", "org.example"}}},
             Case{call("Status"), varlink::INTERFACE_NOT_FOUND, {{"interface", "Status"}}},
             Case{call(""), varlink::INTERFACE_NOT_FOUND, {{"interface", ""}}},
             Case{call("org.varlink.service.GetInterfaceDescription", {{"interface", "a.b"}}),
                  varlink::INTERFACE_NOT_FOUND,
                  {{"interface", "a.b"}}},
         }) {
        CAPTURE(each.bytes);
        const auto answer = ask(each.bytes);
        CHECK(answer.error == each.error);
        CHECK(answer.parameters == each.parameters);
    }
}
