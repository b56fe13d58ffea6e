#include "common/stream/stream_secrets.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/utf8.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <fmt/core.h>

namespace hark {

namespace {

constexpr std::size_t LONGEST_SECRET = 1024;

[[noreturn]] void fail(const Origin& origin, const std::string& what) {
    throw std::runtime_error{fmt::format("{}: {}", origin.text(), what)};
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
        fail(origin, formatted(_("{} contains no secret: expected a line of up to {} bytes"), path,
                               LONGEST_SECRET));
    }
    // The server gets it as JSON.
    if (utf8::count_invalid(secret, utf8::Planes::all) > 0) {
        fail(origin, formatted(_("the secret in {} is not UTF-8"), path));
    }
    return secret;
}

}  // namespace

void open_stream_files(const StreamSettings& settings, StreamConfig& stream) {
    nats::Options& servers = stream.servers;
    if (!settings.password_file.empty()) {
        servers.password = read_secret(settings.password_file, settings.origin);
    }
    if (!settings.token_file.empty()) {
        servers.token = read_secret(settings.token_file, settings.origin);
    }
    try {
        stream.tls = std::make_shared<tls::ClientContext>(servers.tls.files);
    } catch (const tls::ContextError& problem) {
        fail(settings.origin, formatted(_(problem.message()), problem.path(), problem.cause()));
    }
}

}  // namespace hark
