// A file sink in a folder of its own, and how often it has said that it is ready.
#pragma once

#include "daemon/log/file_sink.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_folder.hpp"

#include <memory>
#include <string>

namespace hark::test {

struct FileSinkFixture {
    [[nodiscard]] std::unique_ptr<FileSink> open(bool sync = false) {
        return std::make_unique<FileSink>(
            loop,
            Callback<void()>{&ready,
                             [](void* count) noexcept { ++*static_cast<unsigned*>(count); }},
            SinkConfig{.kind = SinkConfig::Kind::file, .path = path, .sync = sync}, "5f3a9c01");
    }
    // Why it does not open; empty: it does.
    [[nodiscard]] std::string problem() {
        try {
            static_cast<void>(open());
        } catch (const std::exception& problem) {
            return problem.what();
        }
        return {};
    }
    // Appends messages `first` to `last` and returns their lines.
    static std::string append(FileSink& sink, std::uint64_t first, std::uint64_t last) {
        JsonLines renderer{"5f3a9c01"};
        std::string lines;
        for (std::uint64_t number = first; number <= last; ++number) {
            const MessageRecord message{"message", number};
            sink.append(message.record());
            renderer.append(lines, message.record());
        }
        return lines;
    }
    [[nodiscard]] std::string text() const { return file_text(path); }

    ManualClock clock;
    EventLoop loop{clock};
    TemporaryFolder folder;
    std::string path = folder / "log.jsonl";
    unsigned ready = 0;
};

}  // namespace hark::test
