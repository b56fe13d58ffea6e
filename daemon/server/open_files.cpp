#include "daemon/server/open_files.hpp"

#include "common/locale/i18n.hpp"
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

// The first line of a file.
std::string read_secret(const std::string& path, const Origin& origin) {
    std::ifstream file{path};
    if (!file) {
        fail(origin, formatted(_("cannot read {}: {}"), path, std::strerror(errno)));
    }
    std::string secret;
    std::getline(file, secret);
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty() || secret.size() > LONGEST_SECRET) {
        fail(origin, formatted(_("{} holds no secret: expected a line of up to {} bytes"), path,
                               LONGEST_SECRET));
    }
    return secret;
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
        if (sink.kind != SinkConfig::Kind::nats) continue;
        const NatsConfig& nats = *config.nats;
        nats::Options& servers = sink.stream.servers;
        if (!nats.password_file.empty()) {
            servers.password = read_secret(nats.password_file, nats.origin);
        }
        if (!nats.token_file.empty()) servers.token = read_secret(nats.token_file, nats.origin);
        try {
            sink.stream.tls = std::make_shared<tls::ClientContext>(servers.tls.files);
        } catch (const tls::ContextError& problem) {
            fail(nats.origin, problem);
        }
    }
}

bool exposes_secret(const Config& config, const std::string& path) noexcept {
    struct stat status {};
    return config.nats && config.nats->holds_secret && stat(path.c_str(), &status) == 0 &&
           (status.st_mode & S_IROTH) != 0;
}

}  // namespace hark
