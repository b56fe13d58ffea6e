#include "common/nats/answers.hpp"

#include "common/nats/json_values.hpp"
#include "common/text/base64.hpp"
#include "common/text/number.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/chrono.h>

namespace hark::nats {

namespace {

std::optional<ApiError> error_of(const Json& answer) {
    if (answer.is_null()) return ApiError{.text = "the answer is not one of JetStream's"};
    const Json* const error = find(answer, "error");
    if (error == nullptr) return std::nullopt;
    ApiError found{.number = static_cast<unsigned>(number_of(*error, "err_code")),
                   .text = text_of(*error, "description")};
    if (found.text.empty()) found.text = "an error without a description";
    return found;
}

}  // namespace

PublishAnswer parse_publish_answer(std::string_view json) {
    const Json answer = parse_json(json);
    if (auto error = error_of(answer)) return {.error = std::move(error)};
    return {.stream = text_of(answer, "stream"),
            .sequence = number_of(answer, "seq"),
            .is_duplicate = flag_of(answer, "duplicate")};
}

StreamDescription parse_stream_description(std::string_view json) {
    const Json answer = parse_json(json);
    if (auto error = error_of(answer)) return {.error = std::move(error)};
    const Json& config = part_of(answer, "config");
    const Json& state = part_of(answer, "state");
    const Json& cluster = part_of(answer, "cluster");
    StreamDescription stream{.name = text_of(config, "name"),
                             .retention = text_of(config, "retention"),
                             .storage = text_of(config, "storage"),
                             .replicas = number_of(config, "num_replicas"),
                             .max_message = number_of(config, "max_msg_size"),
                             .is_mirror = find(config, "mirror") != nullptr,
                             .never_answers = flag_of(config, "no_ack"),
                             .is_sealed = flag_of(config, "sealed"),
                             .renames_subjects = find(config, "subject_transform") != nullptr,
                             .answers_before_disk = text_of(config, "persist_mode") == "async",
                             .leader = text_of(cluster, "leader"),
                             .messages = number_of(state, "messages"),
                             .first_sequence = number_of(state, "first_seq"),
                             .last_sequence = number_of(state, "last_seq")};
    if (find(config, "duplicate_window") != nullptr) {
        const auto most = static_cast<std::uint64_t>(Duration::max().count());
        stream.duplicate_window = Duration{
            static_cast<Duration::rep>(std::min(number_of(config, "duplicate_window"), most))};
    }
    for (const Json& subject : part_of(config, "subjects")) {
        if (subject.is_string()) stream.subjects.push_back(subject.get<std::string>());
    }
    for (const Json& replica : part_of(cluster, "replicas")) {
        if (!flag_of(replica, "current") || flag_of(replica, "offline")) {
            stream.missing.push_back(text_of(replica, "name"));
        }
    }
    return stream;
}

StoredMessage parse_stored_message(std::string_view json) {
    const Json answer = parse_json(json);
    if (auto error = error_of(answer)) return {.error = std::move(error)};
    const Json& message = part_of(answer, "message");
    StoredMessage stored{.subject = text_of(message, "subject"),
                         .sequence = number_of(message, "seq"),
                         .headers = decode_base64(text_of(message, "hdrs")).value_or("")};
    if (stored.sequence == 0) stored.error = ApiError{.text = "the answer has no message"};
    return stored;
}

ConsumerDescription parse_consumer_description(std::string_view json) {
    const Json answer = parse_json(json);
    if (auto error = error_of(answer)) return {.error = std::move(error)};
    ConsumerDescription consumer{.name = text_of(answer, "name"),
                                 .pending = number_of(answer, "num_pending")};
    if (consumer.name.empty()) consumer.error = ApiError{.text = "the consumer has no name"};
    return consumer;
}

std::string consumer_create_subject(std::string_view stream) {
    return std::string{"$JS.API.CONSUMER.CREATE."}.append(stream);
}

// The server deletes the consumer when nobody has read from it for a minute.
std::string consumer_create(const ConsumerRequest& request) {
    constexpr std::uint64_t MINUTE = 60'000'000'000;
    Json config{{"ack_policy", "none"},
                {"replay_policy", "instant"},
                {"filter_subject", request.subject},
                {"inactive_threshold", MINUTE},
                {"mem_storage", true},
                {"num_replicas", 1}};
    if (request.sequence > 0) {
        config["deliver_policy"] = "by_start_sequence";
        config["opt_start_seq"] = request.sequence;
    } else if (request.since) {
        config["deliver_policy"] = "by_start_time";
        config["opt_start_time"] =
            fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::microseconds>(*request.since));
    } else {
        config["deliver_policy"] = "all";
    }
    return Json{{"stream_name", request.stream}, {"config", std::move(config)}}.dump();
}

std::string next_messages_subject(std::string_view stream, std::string_view consumer) {
    return fmt::format("$JS.API.CONSUMER.MSG.NEXT.{}.{}", stream, consumer);
}

std::string next_messages(unsigned count, Duration patience) {
    return Json{{"batch", count},
                {"expires", std::chrono::duration_cast<std::chrono::nanoseconds>(patience).count()}}
        .dump();
}

// $JS.ACK.STREAM.CONSUMER.DELIVERED.SEQUENCE.CONSUMER_SEQUENCE.TIME.PENDING, or, since 2.9, with a
// domain and a hash in front of STREAM, and a token at the end.
std::optional<Delivery> parse_delivery(std::string_view reply_to) noexcept {
    std::array<std::string_view, 12> words{};
    std::size_t count = 0;
    while (count < words.size()) {
        const std::size_t dot = reply_to.find('.');
        words[count++] = reply_to.substr(0, dot);
        if (dot == std::string_view::npos) break;
        reply_to.remove_prefix(dot + 1);
    }
    if (words[0] != "$JS" || words[1] != "ACK" || count < 9) return std::nullopt;
    const std::size_t stream = count == 9 ? 2 : 4;
    const auto sequence = parse_number<std::uint64_t>(words[stream + 3]);
    const auto pending = parse_number<std::uint64_t>(words[stream + 6]);
    if (!sequence || !pending) return std::nullopt;
    return Delivery{.consumer = words[stream + 1], .sequence = *sequence, .pending = *pending};
}

bool covers(std::string_view pattern, std::string_view subject) noexcept {
    while (true) {
        const std::size_t dot = pattern.find('.');
        const std::size_t end = subject.find('.');
        const std::string_view wanted = pattern.substr(0, dot);
        if (wanted == ">") return true;
        if (wanted != "*" && wanted != subject.substr(0, end)) return false;
        if (dot == std::string_view::npos || end == std::string_view::npos) {
            return dot == end;
        }
        pattern.remove_prefix(dot + 1);
        subject.remove_prefix(end + 1);
    }
}

std::string stream_info_subject(std::string_view stream) {
    return std::string{"$JS.API.STREAM.INFO."}.append(stream);
}

std::string message_get_subject(std::string_view stream) {
    return std::string{"$JS.API.STREAM.MSG.GET."}.append(stream);
}

std::string last_by_subject(std::string_view subject) {
    return Json{{"last_by_subj", subject}}.dump();
}

}  // namespace hark::nats
