// A writer of batches and the server that it writes to, on a clock that only a test moves. A script
// decides what the server says; whatever that is, the stream behind it stores an id only once.
#pragma once

#include "daemon/stream/stream_writer.hpp"
#include "tests/daemon/stream/fake_nats_server.hpp"
#include "tests/daemon/stream/fake_stream.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/support/manual_clock.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark::fuzz {

class StreamWriting final : private StreamWriterOwner {
   public:
    explicit StreamWriting(Input script);

    // Does what one byte of the script says.
    void act(std::uint8_t action);
    // The server stops lying: what is in doubt is stored, and so is what follows.
    void finish();

   private:
    using Request = test::FakeRequest;

    [[nodiscard]] std::string_view batch_text() const noexcept override { return text_; }
    void on_batch_stored() noexcept override;
    void on_change() noexcept override {}

    void start_writer(const StreamState& state);
    void rounds(int count);
    void pass(Duration time);
    void publish();
    void restart();
    void use_other_servers();
    void add_other_batch();
    void say_late();

    void on_request(const Request& request);
    void on_connection(std::uint8_t choice);
    void on_question(const Request& request, std::uint8_t choice);
    void on_description(const Request& request, std::uint8_t choice);
    void on_read_back(const Request& request, std::uint8_t choice);
    void on_publish(const Request& request, std::uint8_t choice);
    // The answer of an honest server, which knows what it has staged.
    [[nodiscard]] std::string acknowledge(const Request& request);
    [[nodiscard]] std::size_t times_stored(std::uint64_t first, std::uint64_t last) const;

    Input script_;
    bool honest_ = false;
    test::ManualClock clock_;
    EventLoop loop_{clock_};
    test::FakeStream stream_;
    test::FakeNatsServer server_;
    std::unique_ptr<StreamWriter> writer_;
    unsigned logins_ = 0;
    std::uint64_t first_ = 0;  // of the batch; 0: there is none
    std::uint64_t last_ = 0;
    std::string text_;
    std::uint64_t stored_ = 0;  // records
    bool made_again_ = false;   // the stream was, since the batch was published
    // If both are set, an earlier id may have been stored where no read-back shows it: before
    // another writer's message, or a purge.
    bool overtaken_ = false;
    bool renewed_ = false;
    std::uint64_t others_ = 0;
    std::vector<std::pair<Request, std::string>> late_;  // answers
    std::vector<Request> published_;
};

}  // namespace hark::fuzz
