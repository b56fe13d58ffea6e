#include "common/nats/commands.hpp"

#include "common/nats/json_values.hpp"

#include <fmt/format.h>

namespace hark::nats {

void append_connect(std::string& into, const Options& options, std::string_view name, bool secure) {
    Json connect{{"verbose", false}, {"pedantic", false}, {"tls_required", secure},
                 {"name", name},     {"lang", "c++"},     {"version", HARK_VERSION},
                 {"protocol", 1},    {"headers", true},   {"no_responders", true},
                 {"echo", false}};
    if (!options.user.empty()) {
        connect["user"] = options.user;
        connect["pass"] = options.password;
    }
    if (!options.token.empty()) connect["auth_token"] = options.token;
    into.append("CONNECT ").append(connect.dump()).append("\r\n");
}

void append_subscribe(std::string& into, std::string_view subject, std::string_view subscription) {
    fmt::format_to(std::back_inserter(into), "SUB {} {}\r\n", subject, subscription);
}

void append_publish(std::string& into, std::string_view subject, std::string_view reply_to,
                    std::string_view headers, std::string_view payload) {
    const std::size_t total = headers.size() + payload.size();
    if (headers.empty()) {
        fmt::format_to(std::back_inserter(into), "PUB {} {} {}\r\n", subject, reply_to, total);
    } else {
        fmt::format_to(std::back_inserter(into), "HPUB {} {} {} {}\r\n", subject, reply_to,
                       headers.size(), total);
    }
    into.append(headers).append(payload).append("\r\n");
}

}  // namespace hark::nats
