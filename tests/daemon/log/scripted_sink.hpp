// A sink that does what a test says, and keeps what it was given.
#pragma once

#include "common/record/json_lines.hpp"
#include "daemon/log/sink.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace hark::test {

class ScriptedSink final : public Sink {
   public:
    static constexpr std::uint64_t ALL = ~std::uint64_t{0};

    explicit ScriptedSink(Callback<void()> on_ready, std::string name = "scripted")
        : Sink{std::move(name), on_ready} {}

    void append(const Record& record) noexcept override {
        std::string line;
        renderer_.append(line, record);
        records.push_back(nlohmann::json::parse(line));
    }
    [[nodiscard]] SinkState commit() noexcept override {
        ++commits;
        const auto most = state == SinkState::clear ? records.size() : stores;
        const auto now_stored = std::min<std::uint64_t>(most, records.size());
        if (now_stored > stored()) add_stored(now_stored - stored());
        const bool fails = state == SinkState::refusing || state == SinkState::gone;
        return fails ? fail(state, fails_with) : state;
    }
    [[nodiscard]] Backlog backlog() const noexcept override {
        return {.held = holds, .unwritten = holds};
    }
    [[nodiscard]] std::optional<std::string> finish() override {
        static_cast<void>(commit());
        return gives;
    }
    [[nodiscard]] bool adopt(std::string_view lines) override {
        if (!can_adopt) return false;
        adopted = lines;
        records.resize(static_cast<std::size_t>(std::ranges::count(lines, '\n')));
        return true;
    }
    void hand_over(SinkHandover&) const override {}
    void take_over(const SinkHandover&) override {}
    void say() const noexcept { say_ready(); }

    [[nodiscard]] std::size_t count(std::string_view event) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            records, [&](const auto& record) { return record["event"] == event; }));
    }

    // What commit() returns. Unless that is `clear`, `stores` records in total are stored.
    SinkState state = SinkState::clear;
    std::uint64_t stores = 0;
    int fails_with = 28;  // ENOSPC
    std::size_t holds = 0;
    std::optional<std::string> gives;  // to a sink that adopts
    bool can_adopt = false;
    std::string adopted;

    std::vector<nlohmann::json> records;
    unsigned commits = 0;

   private:
    JsonLines renderer_{"00000000"};
};

}  // namespace hark::test
