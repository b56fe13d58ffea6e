// A NATS JetStream stream of JSON Lines: like the file sink with `sync`, but over a socket.
//
// A batch is the records of the rounds since the last acknowledgement. While it is under way, the
// next ones gather, so batches grow with the time that an acknowledgement takes.
#pragma once

#include "common/record/json_lines.hpp"
#include "daemon/log/pending_lines.hpp"
#include "daemon/log/sink.hpp"
#include "daemon/log/sink_config.hpp"
#include "daemon/stream/stream_writer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class NatsSink final : public Sink, private StreamWriterOwner {
   public:
    // Connects once the loop runs. `first`: the number of the run's next record.
    NatsSink(EventLoop& loop, Callback<void()> on_ready, const SinkConfig& config,
             std::string_view run, std::uint64_t first);

    void append(const Record& record) noexcept override;
    [[nodiscard]] SinkState commit() noexcept override;
    [[nodiscard]] Backlog backlog() const noexcept override;
    [[nodiscard]] std::uint64_t in_doubt() const noexcept override;
    void reconfigure(const SinkConfig& config) override;
    // The stream may store a batch that is under way, which is then in two logs.
    [[nodiscard]] std::optional<std::string> finish() override;
    [[nodiscard]] bool adopt(std::string_view lines) override;
    void hold_still(bool still) noexcept override { still_ = still; }
    void hand_over(SinkHandover& into) const override;
    void take_over(const SinkHandover& from) override;
    [[nodiscard]] std::string trouble(SinkState state) const override;
    [[nodiscard]] std::optional<StreamHealth> stream() const override;

   private:
    [[nodiscard]] std::string_view batch_text() const noexcept override;
    void on_batch_stored() noexcept override;
    void on_change() noexcept override { say_ready(); }

    void start() noexcept;
    void publish() noexcept;
    void shorten(std::string& line, std::size_t begin, const Record& record);

    JsonLines renderer_;
    PendingLines lines_;
    std::uint64_t next_;  // number of the first record not yet published
    StreamWriter writer_;
    bool started_ = false;
    bool still_ = false;
};

}  // namespace hark
