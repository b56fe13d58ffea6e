#include "daemon/stream/first_contact.hpp"

#include "common/sys/clock.hpp"
#include "daemon/stream/stream_writer.hpp"

#include <chrono>
#include <stdexcept>

#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration PATIENCE = 3s;
constexpr Duration STEP = 100ms;

class Visitor final : public StreamWriterOwner {
   public:
    [[nodiscard]] std::string_view batch_text() const noexcept override { return {}; }
    void on_batch_stored() noexcept override {}
    void on_change() noexcept override {}
};

}  // namespace

void require_fit(const StreamConfig& config, std::string_view run) {
    const SystemClock clock;
    EventLoop loop{clock};
    Visitor visitor;
    StreamWriter writer{loop, visitor, config, std::string{run}};
    const TimePoint began = loop.now();
    writer.start();
    while (!writer.is_ready() && writer.trouble().empty() && loop.now() - began < PATIENCE) {
        loop.run_once(STEP);
    }
    if (!writer.is_refused()) return;
    throw std::runtime_error{fmt::format("nats:{}: {}", config.stream, writer.trouble())};
}

}  // namespace hark
