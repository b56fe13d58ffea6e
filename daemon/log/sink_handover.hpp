// A sink as plain data, for the process that goes on with it: where it writes, and what it has not
// stored.
#pragma once

#include "common/sys/clock.hpp"
#include "daemon/log/sink_config.hpp"
#include "daemon/state/archive.hpp"
#include "daemon/stream/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hark {

// The state of PendingLines.
struct PendingLinesState {
    std::string bytes;
    std::uint64_t line_start = 0;
    std::uint64_t written = 0;
};

struct SinkHandover {
    SinkConfig config;
    int fd = -1;               // of a file
    std::uint64_t stored = 0;  // the number of the last record that it has stored
    PendingLinesState lines{};
    std::uint64_t unsynced = 0;          // records in the file that the disk has not confirmed
    bool cut_due = false;                // a sync has failed, and they are still in the file
    bool gone = false;                   // the file is no longer at its path
    std::vector<std::string> entries{};  // of the journal
    StreamState stream{};                // of nats
    std::uint64_t next_record = 0;       // of nats: the first that is not published

    // Its health in EventLog.
    bool holds_up = false;
    bool reported = false;
    TimePoint since{};
    Duration patience{};
    TimePoint last_reported{};
    std::uint64_t pauses = 0;
    Duration paused{};
};

// More than any sink holds.
inline constexpr std::size_t MOST_UNSTORED = 64 << 20;
inline constexpr std::size_t LONGEST_PATH = 4096;

template <typename Archive>
void describe(Archive& archive, Endpoint& server) {
    server.host = archive.text(1, server.host, LONGEST_PATH);
    server.port = archive.number(2, server.port);
}

template <typename Archive>
void describe(Archive& archive, tls::ClientOptions& options) {
    options.enabled = archive.flag(1, options.enabled);
    options.files.ca = archive.text(2, options.files.ca, LONGEST_PATH);
    options.files.certificate = archive.text(3, options.files.certificate, LONGEST_PATH);
    options.files.key = archive.text(4, options.files.key, LONGEST_PATH);
    options.server_name = archive.text(5, options.server_name, LONGEST_PATH);
}

template <typename Archive>
void describe(Archive& archive, StreamConfig& config) {
    config.stream = archive.text(1, config.stream, LONGEST_PATH);
    config.subject = archive.text(2, config.subject, LONGEST_PATH);
    config.replicas = archive.number(3, config.replicas);
    archive.list(4, config.servers.servers);
    config.servers.user = archive.text(5, config.servers.user, LONGEST_PATH);
    config.servers.password = archive.text(6, config.servers.password, LONGEST_PATH);
    config.servers.token = archive.text(7, config.servers.token, LONGEST_PATH);
    archive.part(8, config.servers.tls);
}

template <typename Archive>
void describe(Archive& archive, SinkConfig& config) {
    config.kind = archive.number(1, config.kind, SinkConfig::Kind::nats);
    config.path = archive.text(2, config.path, LONGEST_PATH);
    config.sync = archive.flag(3, config.sync);
    archive.part(4, config.stream);
    archive.require(config.kind != SinkConfig::Kind::nats ||
                    !config.stream.servers.servers.empty());
}

template <typename Archive>
void describe(Archive& archive, PendingLinesState& lines) {
    lines.bytes = archive.text(1, lines.bytes, MOST_UNSTORED);
    lines.line_start = archive.number(2, lines.line_start);
    lines.written = archive.number(3, lines.written);
    archive.require(lines.line_start <= lines.written && lines.written <= lines.bytes.size());
    // Whole lines, cut at their ends.
    archive.require(lines.bytes.empty() || lines.bytes.back() == '\n');
    archive.require(lines.line_start == 0 || lines.bytes[lines.line_start - 1] == '\n');
}

template <typename Archive>
void describe(Archive& archive, SinkHandover& sink) {
    archive.part(1, sink.config);
    sink.fd = archive.number(2, sink.fd);
    sink.stored = archive.number(3, sink.stored);
    archive.part(4, sink.lines);
    sink.unsynced = archive.number(5, sink.unsynced);
    archive.texts(6, sink.entries, MOST_UNSTORED);
    sink.holds_up = archive.flag(7, sink.holds_up);
    sink.reported = archive.flag(8, sink.reported);
    sink.since = archive.time(9, sink.since);
    sink.patience = archive.duration(10, sink.patience);
    sink.last_reported = archive.time(11, sink.last_reported);
    sink.pauses = archive.number(12, sink.pauses);
    sink.paused = archive.duration(13, sink.paused);
    archive.part(14, sink.stream);
    sink.next_record = archive.number(15, sink.next_record);
    sink.cut_due = archive.flag(16, sink.cut_due);
    sink.gone = archive.flag(17, sink.gone);
}

}  // namespace hark
