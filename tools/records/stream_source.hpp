// Reads records from a stream of NATS JetStream, through a consumer of its own, which lasts only as
// long as it is used. A message of the stream is a batch of lines of JSON.
//
// The stream's index finds the time to begin at, and reading backwards goes by sequences. After a
// lost connection, it connects again and goes on after the last message.
#pragma once

#include "common/loop/timer.hpp"
#include "common/nats/answers.hpp"
#include "common/nats/client.hpp"
#include "common/stream/stream_config.hpp"
#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hark {

class LogStreamSource final : public LogSource, private nats::ClientOwner {
   public:
    // `filter` and `input`, which names the stream, must outlive it. Throws std::runtime_error if
    // the configuration cannot be used.
    LogStreamSource(EventLoop& loop, const LogFilter& filter, const LogInput& input,
                    Callback<void()> on_more);

    [[nodiscard]] Step next(LogRecord& into) override;
    void wait() noexcept override { waiting_ = true; }
    // With `since`, the stream's index finds the beginning, and there is little to skip.
    [[nodiscard]] bool can_go_back() const noexcept override {
        return !filter_.selection().since.has_value();
    }
    [[nodiscard]] bool to_previous_section() override;
    void go_forward() override;
    [[nodiscard]] bool has_one_writer() const noexcept override { return has_one_writer_; }

   private:
    static constexpr Duration REQUEST_TIMEOUT = std::chrono::seconds{5};

    enum class Phase : std::uint8_t {
        offline,     // connecting
        inspecting,  // asked for the stream's bounds
        opening,     // asked for a consumer
        reading,
        ended,  // all of it, or of the section, has been delivered
        failed,
    };
    void on_connected() noexcept override;
    void on_disconnected(const nats::Problem& problem) noexcept override;
    void on_unreachable(const nats::Problem& problem) noexcept override;
    void on_answer(std::uint64_t request, const nats::Operation& answer) noexcept override;
    void on_delivery(const nats::Operation& message) noexcept override;
    void on_complaint(std::string_view text) noexcept override;
    void on_timer() noexcept;

    void inspect() noexcept;
    void take_bounds(const nats::StreamDescription& stream) noexcept;
    void take_consumer(const nats::ConsumerDescription& consumer) noexcept;
    void take_status(std::string_view status) noexcept;
    void open_consumer() noexcept;
    // Reads from next_sequence_ on, and discards what has come.
    void begin_anew() noexcept;
    // Selects the section of section_size_ messages that ends before `end`.
    void set_section(std::uint64_t end) noexcept;
    // Whether a batch that is in doubt was stored again: servers before 2.10 do that.
    [[nodiscard]] bool is_repeated(std::string_view headers);
    void ask_for_more() noexcept;
    // Called when expected messages have not come.
    void on_stall() noexcept;
    // Whether the last message of the stream, or of the section, has come.
    [[nodiscard]] bool is_over() const noexcept {
        return at_end_ && (!follow_ || end_sequence_ != 0);
    }
    void end_reading() noexcept;
    void give_up(std::string_view why) noexcept;
    void wake() noexcept;
    [[nodiscard]] Step take_line(LogRecord& into);

    const LogFilter& filter_;
    bool follow_;
    Callback<void()> on_more_;
    StreamConfig config_;
    std::string subject_;
    bool has_one_writer_;
    nats::Client client_;
    Timer timer_;  // of a request

    Phase phase_ = Phase::offline;
    std::uint64_t request_ = 0;
    std::string consumer_;
    bool is_bounded_ = false;  // first_ and last_ are known
    std::uint64_t first_ = 0;  // sequences in the stream
    std::uint64_t last_ = 0;
    std::uint64_t next_sequence_ = 0;  // to read from; 0: by time, or from the beginning
    std::uint64_t section_begin_ = 0;
    std::uint64_t end_sequence_ = 0;  // just past the section; 0: no end
    std::uint64_t section_size_ = 0;  // of the last one
    bool at_end_ = false;             // nothing follows the last message that came
    unsigned stalls_ = 0;             // in a row
    unsigned asked_ = 0;              // messages still to come
    std::deque<std::string> batches_;
    std::unordered_map<std::string, std::uint64_t> last_records_;  // by run
    std::string current_;    // the batch whose lines are being taken
    std::size_t taken_ = 0;  // of it
    bool waiting_ = false;   // on_more_ is to be called
    TimePoint troubled_since_{};
    EventLoop& loop_;
};

}  // namespace hark
