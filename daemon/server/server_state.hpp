// The daemon as plain data, for the next process to go on with; except its connections
// (daemon/connection/connection_state.hpp) and its log (daemon/log/sink_handover.hpp).
#pragma once

#include "common/net/address.hpp"
#include "common/sys/clock.hpp"
#include "daemon/config/listener_profile.hpp"
#include "daemon/connection/connection_state.hpp"
#include "daemon/connection/counters.hpp"
#include "daemon/control/control_socket.hpp"
#include "daemon/limits/address_table.hpp"
#include "daemon/listen/arrivals.hpp"
#include "daemon/log/sink_handover.hpp"
#include "daemon/state/archive.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hark {

// What a section of the state file contains.
enum class StateSection : std::uint8_t {
    daemon = 1,
    profile,
    sink,
    listener,
    used_address,
    arrival,
    refused,
    connection,
    reply,
};

struct NamedCount {
    std::string name;
    std::uint64_t count = 0;
};

// A socket that the service manager has passed; its listener has the descriptor.
struct PassedSocket {
    std::string name;
    SocketAddress address;
};

struct DaemonState {
    std::string version;
    std::string run;
    TimePoint started{};
    TimePoint frozen{};      // since then nobody is served
    Duration stood_still{};  // InputClock
    std::uint64_t restarts = 0;
    std::uint64_t last_connection = 0;
    std::uint64_t last_record = 0;
    Counters counters;
    std::vector<NamedCount> charsets{};  // Counters::in_others
    std::vector<NamedCount> refusals{};
    std::uint64_t refusals_left_out = 0;  // RefusalRecords
    std::uint64_t accept_failures = 0;
    std::uint64_t tail_dropped = 0;
    std::string level;

    // The configuration to be used: its file, and what cannot change.
    bool has_config = false;
    std::string config_name;
    std::string config_text;
    std::string user;
    bool sandbox = false;
    bool core_dumps = false;
    bool left_root = false;
    bool writing_is_limited = false;
    std::vector<std::string> writable_folders{};

    std::string program;
    std::string manager_address;
    Duration watchdog{};
    std::optional<ControlSocket::Left> control{};
    std::vector<PassedSocket> passed{};
};

struct ListenerState {
    int fd = -1;
    SocketAddress address;  // as configured
    std::optional<std::uint32_t> passed{};
    std::uint32_t profile = 0;
    bool plain = false;  // peers that wait there can be served without its configuration
};

struct ProfileState {
    ListenerProfile profile;
    std::string charset;
};

struct RefusedSocket {
    int fd = -1;
};

namespace state_limit {
inline constexpr std::size_t CONFIG = 16 << 20;
inline constexpr std::size_t PATHS = 1 << 16;
}  // namespace state_limit

template <typename Archive>
void describe(Archive& archive, NamedCount& named) {
    named.name = archive.text(1, named.name, state_limit::LINES);
    named.count = archive.number(2, named.count);
}

template <typename Archive>
void describe(Archive& archive, PassedSocket& socket) {
    socket.name = archive.text(1, socket.name, state_limit::LINES);
    archive.part(2, socket.address);
}

template <typename Archive>
void describe(Archive& archive, Counters& counters) {
    counters.connections = archive.number(1, counters.connections);
    counters.refused = archive.number(2, counters.refused);
    counters.probes = archive.number(3, counters.probes);
    counters.unused = archive.number(4, counters.unused);
    counters.proxy_local = archive.number(5, counters.proxy_local);
    counters.messages = archive.number(6, counters.messages);
    counters.in_gb18030 = archive.number(7, counters.in_gb18030);
    counters.kept_as_bytes = archive.number(8, counters.kept_as_bytes);
    counters.bytes = archive.number(9, counters.bytes);
    counters.discarded = archive.number(10, counters.discarded);
}

template <typename Archive>
void describe(Archive& archive, ControlSocket::Left& left) {
    left.path = archive.text(1, left.path, LONGEST_PATH);
    left.fd = archive.number(2, left.fd);
    left.device = archive.number(3, left.device);
    left.inode = archive.number(4, left.inode);
}

template <typename Archive>
void describe(Archive& archive, DaemonState& daemon) {
    daemon.version = archive.text(1, daemon.version, state_limit::NAME);
    daemon.run = archive.text(2, daemon.run, state_limit::NAME);
    daemon.started = archive.time(3, daemon.started);
    daemon.frozen = archive.time(4, daemon.frozen);
    daemon.stood_still = archive.duration(5, daemon.stood_still);
    daemon.restarts = archive.number(6, daemon.restarts);
    daemon.last_connection = archive.number(7, daemon.last_connection);
    daemon.last_record = archive.number(8, daemon.last_record);
    archive.part(9, daemon.counters);
    archive.list(10, daemon.charsets);
    archive.list(11, daemon.refusals);
    daemon.refusals_left_out = archive.number(12, daemon.refusals_left_out);
    daemon.accept_failures = archive.number(13, daemon.accept_failures);
    daemon.tail_dropped = archive.number(14, daemon.tail_dropped);
    daemon.level = archive.text(15, daemon.level, state_limit::NAME);
    daemon.has_config = archive.flag(16, daemon.has_config);
    daemon.config_name = archive.text(17, daemon.config_name, state_limit::PATHS);
    daemon.config_text = archive.text(18, daemon.config_text, state_limit::CONFIG);
    daemon.user = archive.text(19, daemon.user, state_limit::LINES);
    daemon.sandbox = archive.flag(20, daemon.sandbox);
    daemon.core_dumps = archive.flag(21, daemon.core_dumps);
    daemon.left_root = archive.flag(22, daemon.left_root);
    daemon.writing_is_limited = archive.flag(23, daemon.writing_is_limited);
    archive.texts(24, daemon.writable_folders, state_limit::PATHS);
    daemon.program = archive.text(25, daemon.program, state_limit::PATHS);
    daemon.manager_address = archive.text(26, daemon.manager_address, state_limit::NAME);
    daemon.watchdog = archive.duration(27, daemon.watchdog);
    archive.optional(28, daemon.control);
    archive.list(29, daemon.passed);
}

template <typename Archive>
void describe(Archive& archive, ListenerState& listener) {
    listener.fd = archive.number(1, listener.fd);
    archive.part(2, listener.address);
    const std::uint32_t passed = archive.number(3, listener.passed ? *listener.passed + 1 : 0U);
    listener.passed = passed == 0 ? std::nullopt : std::optional{passed - 1};
    listener.profile = archive.number(4, listener.profile);
    listener.plain = archive.flag(5, listener.plain);
    archive.require(listener.fd >= 0);
}

template <typename Archive>
void describe(Archive& archive, Delimiter& delimiter) {
    delimiter = Delimiter{archive.text(1, delimiter.bytes(), Delimiter::MAX_SIZE)};
}

template <typename Archive>
void describe(Archive& archive, ProfileState& state) {
    ListenerProfile& profile = state.profile;
    FramingOptions& framing = profile.framing;
    framing.framing = archive.number(1, framing.framing, Framing::length);
    archive.part(2, framing.begin);
    archive.part(3, framing.end);
    framing.length_bytes = archive.number(4, framing.length_bytes);
    framing.length_order = archive.number(5, framing.length_order, ByteOrder::little);
    framing.max_message =
        archive.number(6, framing.max_message, std::uint32_t{FramingOptions::MAX_MESSAGE});
    state.charset = archive.text(7, state.charset, state_limit::NAME);
    profile.telnet = archive.flag(8, profile.telnet);
    profile.replies = archive.number(9, profile.replies, ReplyMode::ack);
    profile.ack = archive.text(10, profile.ack, state_limit::NAME);
    profile.nak = archive.text(11, profile.nak, state_limit::NAME);
    profile.record_connections =
        archive.number(12, profile.record_connections, RecordConnections::none);
    profile.listener = archive.text(13, profile.listener, state_limit::NAME);
    const std::uint8_t bytes = framing.length_bytes;
    archive.require(bytes == 1 || bytes == 2 || bytes == 4);
    archive.require(framing.framing != Framing::delimited || !framing.end.empty());
    archive.require(!profile.ack.empty() && !profile.nak.empty());
}

template <typename Archive>
void describe(Archive& archive, RefusedSocket& socket) {
    socket.fd = archive.number(1, socket.fd);
    archive.require(socket.fd >= 0);
}

template <typename Archive>
void describe(Archive& archive, AddressTable::Used& used) {
    SocketAddress address = SocketAddress::from_mapped(used.address);
    archive.part(1, address);
    used.address = address.mapped();
    used.arrivals = archive.time(2, used.arrivals);
    used.messages = archive.time(3, used.messages);
    used.bytes = archive.time(4, used.bytes);
}

template <typename Archive>
void describe(Archive& archive, ArrivalState& arrival) {
    arrival.fd = archive.number(1, arrival.fd);
    archive.part(2, arrival.peer);
    arrival.listener = archive.number(3, arrival.listener);
    arrival.accepted = archive.time(4, arrival.accepted);
    arrival.awaits_header = archive.flag(5, arrival.awaits_header);
    arrival.begun = archive.text(6, arrival.begun, state_limit::LINES);
    archive.optional(7, arrival.identity);
    archive.require(arrival.fd >= 0);
}

}  // namespace hark
