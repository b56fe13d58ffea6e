#include "daemon/log/json_sink.hpp"

#include "common/sys/error.hpp"

namespace hark {

JsonSink::JsonSink(EventLoop& loop, Callback<void()> on_ready, int fd, std::string_view run)
    : OutputSink{loop, on_ready, SinkConfig::Kind::json, fd, N_("cannot log to standard output")},
      renderer_{std::string{run}} {}

void JsonSink::append(const Record& record) noexcept {
    renderer_.append(lines().next_line(), record);
}

std::optional<std::string> JsonSink::finish() {
    static_cast<void>(commit());
    return std::string{lines().waiting_lines()};
}

bool JsonSink::adopt(std::string_view lines) {
    this->lines().add(lines);
    return true;
}

}  // namespace hark
