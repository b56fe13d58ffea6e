// Standard output, for programs: JSON Lines, as in a file.
#pragma once

#include "common/record/json_lines.hpp"
#include "daemon/log/output_sink.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hark {

class JsonSink final : public OutputSink {
   public:
    // `fd`: see OutputSink; `run` names this run of the daemon in records. Throws SystemError when
    // `fd` is not open.
    JsonSink(EventLoop& loop, Callback<void()> on_ready, int fd, std::string_view run);

    void append(const Record& record) noexcept override;
    [[nodiscard]] std::optional<std::string> finish() override;
    [[nodiscard]] bool adopt(std::string_view lines) override;

   private:
    JsonLines renderer_;
};

}  // namespace hark
