// JetStream's answers to published messages and to requests of its API
// (https://docs.nats.io/reference/reference-protocols/nats_api_reference).
#pragma once

#include "common/sys/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark::nats {

struct ApiError {
    unsigned number = 0;  // err_code, which is more specific than code
    std::string text{};   // in the server's words
};
// Error numbers (server/errors.json of nats-server).
inline constexpr unsigned NO_MESSAGE_FOUND = 10037;
inline constexpr unsigned STREAM_NOT_FOUND = 10059;
inline constexpr unsigned WRONG_LAST_SEQUENCE = 10071;
inline constexpr unsigned WRONG_LAST_SEQUENCE_OF_ANY = 10164;

// An answer with an error has nothing else. An answer that is not JetStream's gets such an error,
// with number 0.
struct PublishAnswer {
    std::optional<ApiError> error{};
    std::string stream{};
    std::uint64_t sequence = 0;
    bool is_duplicate = false;
};
[[nodiscard]] PublishAnswer parse_publish_answer(std::string_view json);

struct StreamDescription {
    std::optional<ApiError> error{};
    std::string name{};
    std::vector<std::string> subjects{};
    std::string retention{};  // "limits"
    std::string storage{};    // "file"
    std::uint64_t replicas = 0;
    std::uint64_t max_message = 0;  // bytes; 0: whatever the server accepts
    std::optional<Duration> duplicate_window{};
    bool is_mirror = false;
    bool never_answers = false;  // no_ack
    bool is_sealed = false;
    bool renames_subjects = false;       // subject_transform
    bool answers_before_disk = false;    // persist_mode "async", since server 2.12
    std::string leader{};                // empty: there is none, or no cluster
    std::vector<std::string> missing{};  // replicas that are offline or behind
    std::uint64_t messages = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
};
[[nodiscard]] StreamDescription parse_stream_description(std::string_view json);

struct StoredMessage {
    std::optional<ApiError> error{};
    std::string subject{};
    std::uint64_t sequence = 0;
    std::string headers{};
};
[[nodiscard]] StoredMessage parse_stored_message(std::string_view json);

// A consumer, which reads the messages of a stream in order.
struct ConsumerDescription {
    std::optional<ApiError> error{};
    std::string name{};
    std::uint64_t pending = 0;  // messages that it has yet to deliver
};
[[nodiscard]] ConsumerDescription parse_consumer_description(std::string_view json);
// What to read, from a sequence or from a time on.
struct ConsumerRequest {
    std::string stream{};
    std::string subject{};       // may have wildcards
    std::uint64_t sequence = 0;  // 0: by time, or from the beginning
    std::optional<WallTime> since{};
};
[[nodiscard]] std::string consumer_create_subject(std::string_view stream);
[[nodiscard]] std::string consumer_create(const ConsumerRequest& request);
// A request for the next messages, each of which answers it.
[[nodiscard]] std::string next_messages_subject(std::string_view stream, std::string_view consumer);
[[nodiscard]] std::string next_messages(unsigned count, Duration patience);

// What the reply subject of a message that a consumer has delivered says about it.
struct Delivery {
    std::string_view consumer{};
    std::uint64_t sequence = 0;  // in the stream
    std::uint64_t pending = 0;   // messages after it
};
[[nodiscard]] std::optional<Delivery> parse_delivery(std::string_view reply_to) noexcept;

// Whether `subject` matches `pattern`, which may have "*" and, at its end, ">".
[[nodiscard]] bool covers(std::string_view pattern, std::string_view subject) noexcept;

// The subjects and payloads of requests.
[[nodiscard]] std::string stream_info_subject(std::string_view stream);
[[nodiscard]] std::string message_get_subject(std::string_view stream);
[[nodiscard]] std::string last_by_subject(std::string_view subject);

}  // namespace hark::nats
