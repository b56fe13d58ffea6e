#include "common/nats/answers.hpp"

#include "common/nats/json_values.hpp"
#include "common/text/base64.hpp"

#include <algorithm>

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
