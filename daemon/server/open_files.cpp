#include "daemon/server/open_files.hpp"

#include "common/locale/i18n.hpp"
#include "common/stream/stream_secrets.hpp"
#include "common/sys/error.hpp"
#include "common/tls/context.hpp"

#include <cerrno>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include <fmt/core.h>
#include <sys/stat.h>

namespace hark {

namespace {

constexpr std::size_t LONGEST_SECRET = 1024;

[[noreturn]] void fail(const Origin& origin, const std::string& what) {
    throw std::runtime_error{fmt::format("{}: {}", origin.text(), what)};
}
[[noreturn]] void fail(const Origin& origin, const tls::ContextError& problem) {
    fail(origin, formatted(_(problem.message()), problem.path(), problem.cause()));
}

}  // namespace

void open_files(Config& config) {
    for (ListenerConfig& listener : config.listeners) open_certificates(listener);
    open_stream_files(config);
}

void open_certificates(ListenerConfig& listener) {
    if (!listener.tls) return;
    try {
        listener.tls_context =
            std::make_shared<tls::ServerContext>(listener.tls->files, listener.tls->allow);
    } catch (const tls::ContextError& problem) {
        fail(listener.tls->origin, problem);
    }
}

void open_stream_files(Config& config) {
    for (SinkConfig& sink : config.sinks) {
        if (sink.kind == SinkConfig::Kind::nats) open_stream_files(*config.nats, sink.stream);
    }
}

bool exposes_secret(const Config& config, const std::string& path) noexcept {
    struct stat status {};
    return config.nats && config.nats->holds_secret && stat(path.c_str(), &status) == 0 &&
           (status.st_mode & S_IROTH) != 0;
}

}  // namespace hark
