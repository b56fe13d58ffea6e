#include "daemon/server/inheritance.hpp"

#include "daemon/listen/activated_sockets.hpp"
#include "daemon/server/open_files.hpp"

#include <unordered_set>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

template <typename Struct>
Struct read_struct(std::string_view bytes) {
    Struct value{};
    StateReader reader{bytes};
    describe(reader, value);
    return value;
}

[[noreturn]] void refuse_change(std::string_view setting) {
    throw std::runtime_error{
        fmt::format("{} cannot change while harkd is running: stop and start it", setting)};
}

}  // namespace

void require_unconfined(const Config& config, const Config& in_force, const Sandbox& sandbox) {
    if (config.user != in_force.user) refuse_change("user");
    if (config.sandbox != in_force.sandbox) refuse_change("sandbox");
    if (config.core_dumps != in_force.core_dumps) refuse_change("core_dumps");
    for (const SinkConfig& sink : config.sinks) {
        if (sink.kind != SinkConfig::Kind::file || sandbox.may_write(sink.path)) continue;
        throw std::runtime_error{fmt::format(
            "cannot log to {}: the sandbox lets harkd write only to the folders that it has used "
            "since its start: stop and start it",
            sink.path)};
    }
}

Inheritance::Inheritance(UniqueFd file) : file_{std::move(file)} {
    std::size_t at = 0;
    for (StateFile::Section section{}; file_.next(at, section);) read(section);
    if (daemon_.run.empty()) throw StateError{"it says nothing of the daemon"};
    const auto known = [this](std::uint32_t profile) {
        if (profile >= profiles_.size()) throw StateError{"a profile is missing"};
    };
    for (const ListenerState& listener : listeners_) {
        known(listener.profile);
        if (listener.passed && *listener.passed >= daemon_.passed.size()) {
            throw StateError{"a passed socket is missing"};
        }
    }
    for (const ArrivalState& arrival : arrivals_) {
        if (arrival.listener >= listeners_.size()) throw StateError{"a listener is missing"};
    }
}

void Inheritance::read(const StateFile::Section& section) {
    switch (static_cast<StateSection>(section.kind)) {
        case StateSection::daemon:
            daemon_ = read_struct<DaemonState>(section.bytes);
            return;
        case StateSection::profile:
            profiles_.push_back(read_struct<ProfileState>(section.bytes));
            return;
        case StateSection::sink:
            sinks_.push_back(read_struct<SinkHandover>(section.bytes));
            return;
        case StateSection::listener:
            listeners_.push_back(read_struct<ListenerState>(section.bytes));
            return;
        case StateSection::used_address:
            used_.push_back(read_struct<AddressTable::Used>(section.bytes));
            return;
        case StateSection::arrival:
            arrivals_.push_back(read_struct<ArrivalState>(section.bytes));
            return;
        case StateSection::refused:
            refused_.push_back(read_struct<RefusedSocket>(section.bytes).fd);
            return;
        case StateSection::connection:
        case StateSection::reply:
            return;
    }
    // Whatever it is, skipping it would lose something.
    throw StateError{fmt::format("it has a section of unknown kind {}", section.kind)};
}

void Inheritance::for_each_connection(
    const std::function<void(const ConnectionState&)>& visit) const {
    std::size_t at = 0;
    for (StateFile::Section section{}; file_.next(at, section);) {
        if (static_cast<StateSection>(section.kind) != StateSection::connection) continue;
        const auto connection = read_struct<ConnectionState>(section.bytes);
        if (connection.profile >= profiles_.size()) throw StateError{"a profile is missing"};
        check_fits(connection, profiles_[connection.profile].profile);
        visit(connection);
    }
}

void Inheritance::for_each_reply(const std::function<void(const PendingReplyState&)>& visit) const {
    std::size_t at = 0;
    for (StateFile::Section section{}; file_.next(at, section);) {
        if (static_cast<StateSection>(section.kind) != StateSection::reply) continue;
        visit(read_struct<PendingReplyState>(section.bytes));
    }
}

Config Inheritance::config(const Options& options) const {
    std::optional<ConfigText> file;
    if (daemon_.has_config) file = {daemon_.config_name, daemon_.config_text};
    Config config = load_config(options, file);
    std::vector<ActivatedSocket> passed;
    for (const PassedSocket& socket : daemon_.passed) {
        passed.push_back({socket.name, socket.address, UniqueFd{}});
    }
    assign_sockets(config, passed);
    return config;
}

void Inheritance::check(const Options& options) const {
    Config config = this->config(options);
    Config in_force;
    in_force.user = daemon_.user;
    in_force.sandbox = daemon_.sandbox;
    in_force.core_dumps = daemon_.core_dumps;
    Sandbox sandbox;
    if (daemon_.writing_is_limited) sandbox.inherit(daemon_.writable_folders);
    require_unconfined(config, in_force, sandbox);
    open_files(config);
    check_connections();
}

void Inheritance::check_charset(CharsetDecoder& decoder, const std::string& name) {
    if (!decoder.open(name)) {
        throw StateError{fmt::format("charset {} is in use, and cannot be opened", name)};
    }
}

void Inheritance::check_connections() const {
    CharsetDecoder decoder;
    for (const ProfileState& profile : profiles_) check_charset(decoder, profile.charset);
    for (const NamedCount& charset : daemon_.charsets) check_charset(decoder, charset.name);
    std::unordered_set<std::uint64_t> numbers;
    std::uint64_t last = 0;
    for_each_connection([&](const ConnectionState& connection) {
        if (connection.number <= last || connection.number > daemon_.last_connection) {
            throw StateError{"the numbers of the connections are in disorder"};
        }
        last = connection.number;
        numbers.insert(connection.number);
        check_charset(decoder, connection.charset);
    });
    for_each_reply([&](const PendingReplyState& reply) {
        if (!numbers.contains(reply.to) || reply.record > daemon_.last_record) {
            throw StateError{"a reply belongs to nobody"};
        }
    });
}

}  // namespace hark
