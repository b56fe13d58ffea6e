// Writes batches of records to a NATS JetStream stream, one at a time, so that each is stored once
// and in order.
//
// A batch is stored when the stream has acknowledged it under its own name and with a sequence
// above the last one (or, for a duplicate, above that of the message it first followed). Anything
// else (no answer, an error, a lost connection, an impossible answer) leaves it in doubt, and doubt
// ends in only one way: the last message on the subject is read back from the stream's leader. If
// its id is one of this batch's, the batch is stored. Otherwise the batch is published again with
// the same id, which the stream stores once however often it comes, and with the last message as
// the one that it must follow, so that nothing can come in between.
//
// After each connection the stream is inspected, and the subject's last message read, before
// anything is published.
//
// Sources: stream_writer.cpp (connection), stream_writer_requests.cpp, stream_writer_doubt.cpp
// (what an answer means, and what the last message says).
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/loop/timer.hpp"
#include "common/nats/answers.hpp"
#include "common/nats/client.hpp"
#include "common/stream/stream_config.hpp"
#include "daemon/stream/batch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class StreamWriterOwner {
   public:
    StreamWriterOwner() noexcept = default;
    StreamWriterOwner(const StreamWriterOwner&) = delete;
    StreamWriterOwner& operator=(const StreamWriterOwner&) = delete;
    virtual ~StreamWriterOwner() = default;

    // The text of the batch, until it is stored.
    [[nodiscard]] virtual std::string_view batch_text() const noexcept = 0;
    // The batch is in the stream.
    virtual void on_batch_stored() noexcept = 0;
    // Something else has changed: whether it is ready, or its health.
    virtual void on_change() noexcept = 0;
};

// The state of the writer and its stream, for operators.
struct StreamHealth {
    std::string server;   // "10.0.0.1:4222"; empty: not connected
    std::string version;  // of that server
    std::string leader;   // of the stream; empty: unknown
    std::uint64_t replicas = 0;
    std::vector<std::string> missing;  // replicas that were behind, or not there, when last seen
    std::uint64_t sequence = 0;        // of the subject's last message
    std::uint64_t batches = 0;         // stored
    std::uint64_t retries = 0;         // times that a batch was published again
    std::size_t batch_bytes = 0;       // of the last batch
    Duration latency{};                // of acknowledgements, a moving average
    std::uint64_t reconnects = 0;
};

class StreamWriter final : private nats::ClientOwner {
   public:
    // `run`: the daemon's, for ids.
    StreamWriter(EventLoop& loop, StreamWriterOwner& owner, StreamConfig config, std::string run);

    void start() noexcept { client_.start(); }
    // Before start(): goes on with what another process has left.
    void resume(const StreamState& state);
    [[nodiscard]] StreamState state() const;
    // Takes over another configuration of the same stream. Another subject waits until the batch on
    // the old one is stored.
    void use(const StreamConfig& config);

    // Whether a batch can be published...
    [[nodiscard]] bool is_ready() const noexcept { return phase_ == Phase::idle; }
    // ...and how much text it may have, in bytes.
    [[nodiscard]] std::size_t max_batch() const noexcept;
    // Publishes records with these numbers, the owner's batch_text(). Requires is_ready().
    void publish(std::uint64_t first, std::uint64_t last) noexcept;

    enum class Health : std::uint8_t {
        well,
        unsettled,  // connecting, or a batch is in doubt
        failing,    // trouble() says why
    };
    [[nodiscard]] Health health() const noexcept;
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    // Whether only operators can end the trouble: the stream is unfit, or the server does not let
    // us in.
    [[nodiscard]] bool is_refused() const noexcept { return refused_; }
    // What has happened since the last call that operators should know; empty: nothing.
    [[nodiscard]] std::string take_remark() noexcept { return std::exchange(remark_, {}); }
    [[nodiscard]] StreamHealth details() const;

   private:
    // A stream that is in use may become unfit, or lose replicas.
    static constexpr Duration INSPECTION_INTERVAL = std::chrono::seconds{10};
    // The limit on the first batches. It doubles while acknowledgements come fast and halves when
    // one is slow: over a slow link, a large batch would time out again and again.
    static constexpr std::size_t SMALLEST_LIMIT = 32 << 10;

    enum class Phase : std::uint8_t {
        offline,
        inspecting,    // the stream
        reading_back,  // the last message on the subject
        idle,
        publishing,
        waiting,  // to inspect, or to read back
    };

    void on_connected() noexcept override;
    void on_disconnected(const nats::Problem& problem) noexcept override;
    void on_unreachable(const nats::Problem& problem) noexcept override;
    void on_answer(std::uint64_t request, const nats::Operation& answer) noexcept override;
    void on_complaint(std::string_view text) noexcept override;
    void on_timer() noexcept;

    void enter(Phase phase) noexcept;
    void send_request() noexcept;
    void send_batch() noexcept;
    void inspect() noexcept { enter(Phase::inspecting); }
    void read_back() noexcept { enter(Phase::reading_back); }
    void wait_for(Phase next, Duration delay) noexcept;
    void on_silence() noexcept;
    void take_description(const nats::StreamDescription& stream) noexcept;
    void refuse(std::string why) noexcept;
    // For trouble that is not a refusal but prevents use for now.
    void note_trouble(std::string_view what) noexcept;

    // stream_writer_doubt.cpp
    void take_acknowledgement(const nats::PublishAnswer& answer) noexcept;
    // The batch may or may not be stored.
    void doubt(std::string_view why) noexcept;
    void take_last_message(const nats::StoredMessage& message) noexcept;
    void learn_last_message(std::uint64_t sequence, std::string_view headers) noexcept;
    void settle(std::uint64_t sequence, std::string_view headers) noexcept;
    void note_other_writer(std::string_view run) noexcept;
    void lower_sequence(std::uint64_t sequence) noexcept;
    void adapt_limit(Duration taken) noexcept;
    void set_stored(std::uint64_t sequence) noexcept;
    void go_on() noexcept;

    EventLoop& loop_;
    StreamWriterOwner& owner_;
    StreamConfig config_;
    std::optional<StreamConfig> next_config_;  // once the batch is stored
    std::string run_;
    nats::Client client_;
    Timer timer_;  // of a request, or while waiting

    Phase phase_ = Phase::offline;
    Phase next_phase_ = Phase::inspecting;  // after waiting
    std::uint64_t oldest_request_ = 0;      // answers to this one and later ones count
    unsigned silences_ = 0;                 // requests in a row without an answer
    Duration delay_{};                      // before the next attempt

    bool is_known_ = false;       // the subject's last message has been read
    std::uint64_t sequence_ = 0;  // of that message; 0: there is none
    Batch batch_;
    std::uint32_t empty_answers_ = 0;  // acknowledgements without a sequence, for this id
    bool sequence_was_wrong_ = false;  // according to the answer to the last attempt
    bool settled_ = false;  // connected, to a stream that is fit, and no batch is in doubt
    TimePoint well_{};      // when this server last left nothing in doubt
    TimePoint inspected_{};
    TimePoint published_{};
    std::uint64_t others_batches_ = 0;  // that came between ours
    TimePoint other_writer_reported_{};
    TimePoint lowered_{};  // when it was last reported that the last message is gone

    std::string trouble_;
    bool refused_ = false;
    bool complained_ = false;  // the server has, since the last request
    std::string remark_;
    std::string caution_;  // the last one remarked
    nats::StreamDescription description_;
    std::uint64_t batches_ = 0;
    std::uint64_t retries_ = 0;
    std::size_t batch_bytes_ = 0;
    std::size_t batch_limit_ = SMALLEST_LIMIT;
    Duration latency_{};
};

}  // namespace hark
