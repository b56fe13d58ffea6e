#include "daemon/stream/stream_rules.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t LARGEST_BATCH = 256 << 10;
constexpr std::size_t SMALLEST_MESSAGE = 16 << 10;
// For the headers of a message.
constexpr std::size_t HEADERS = SMALLEST_MESSAGE - MAX_STREAM_RECORD;
// Streams forget ids after their duplicate window; a message may be in doubt almost this long.
constexpr Duration SHORT_WINDOW = 30s;

std::size_t message_size(std::uint64_t max_payload, std::uint64_t max_message) noexcept {
    return static_cast<std::size_t>(max_message == 0 ? max_payload
                                                     : std::min(max_payload, max_message));
}

}  // namespace

std::string why_unfit(const nats::StreamDescription& stream, const StreamConfig& config) {
    const auto is = [&](std::string_view what) {
        return fmt::format("stream {} {}", config.stream, what);
    };
    if (stream.is_mirror) return is("is a mirror, which nobody can write to");
    if (stream.is_sealed) return is("is sealed, so that nothing can be added");
    if (stream.storage != "file") {
        return is(fmt::format("is in {}: storage \"file\" is needed", stream.storage));
    }
    if (stream.replicas < config.replicas) {
        return is(fmt::format("has {} replica{}, the configuration asks for {}", stream.replicas,
                              stream.replicas == 1 ? "" : "s", config.replicas));
    }
    if (stream.retention != "limits") {
        return is(
            fmt::format("has retention \"{}\": \"limits\" is needed, since others remove "
                        "records that were read",
                        stream.retention));
    }
    if (stream.never_answers) return is("has no_ack set, so that nothing is ever acknowledged");
    if (stream.answers_before_disk) {
        return is("has persist_mode \"async\", so that it acknowledges what it may lose");
    }
    if (stream.renames_subjects) {
        return is(fmt::format("has a subject_transform: what is on {} cannot be read back",
                              config.subject));
    }
    const bool has_subject = std::ranges::any_of(stream.subjects, [&](const std::string& pattern) {
        return nats::covers(pattern, config.subject);
    });
    if (!has_subject) return is(fmt::format("does not have the subject {}", config.subject));
    if (stream.max_message != 0 && stream.max_message < SMALLEST_MESSAGE) {
        return is(fmt::format("takes messages of {} bytes at most: max_msg_size must be {} or more",
                              stream.max_message, SMALLEST_MESSAGE));
    }
    return {};
}

std::string why_unfit(const nats::ServerInfo& server) {
    if (server.max_payload >= SMALLEST_MESSAGE) return {};
    return fmt::format("it takes messages of {} bytes at most: max_payload must be {} or more",
                       server.max_payload, SMALLEST_MESSAGE);
}

std::string caution(const nats::StreamDescription& stream, const nats::ServerInfo& server) {
    std::string text;
    if (!nats::is_at_least(server.version, 2, 10, 0)) {
        text = fmt::format(
            "NATS server {} stores a record at least once: one that was in doubt may be there "
            "twice; from 2.10.23 on it is there once",
            server.version);
    } else if (!nats::is_at_least(server.version, 2, 10, 23)) {
        text = fmt::format(
            "NATS server {} may lose acknowledged records after a crash: use 2.10.23 "
            "or newer",
            server.version);
    }
    if (stream.duplicate_window && *stream.duplicate_window < SHORT_WINDOW) {
        if (!text.empty()) text += "; ";
        text += fmt::format(
            "stream {} recognises a repeated message for {} s only: set duplicate_window to 2m, "
            "or a record in doubt may be stored twice",
            stream.name, std::chrono::duration<double>{*stream.duplicate_window}.count());
    }
    return text;
}

std::size_t max_batch(const nats::StreamDescription& stream,
                      const nats::ServerInfo& server) noexcept {
    const std::size_t size = message_size(server.max_payload, stream.max_message);
    return std::min(LARGEST_BATCH, std::max(size, SMALLEST_MESSAGE) - HEADERS);
}

}  // namespace hark
