// A program that does nothing but publish messages to a JetStream stream, each once the previous
// one is acknowledged: the baseline for harkd's sink, and what a straightforward client does.
//
//     publish_loop PORT SUBJECT COUNT BYTES
//
// Prints the seconds it took, its processor time in seconds, and the median and the 99th percentile
// of an acknowledgement in microseconds.
#include "bench/processor_time.hpp"
#include "common/loop/event_loop.hpp"
#include "common/nats/answers.hpp"
#include "common/nats/client.hpp"
#include "common/sys/clock.hpp"
#include "common/text/number.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

class Publisher final : public hark::nats::ClientOwner {
   public:
    Publisher(hark::EventLoop& loop, hark::nats::Options options, std::string subject,
              std::size_t count, std::size_t bytes)
        : loop_{loop},
          client_{loop, *this, std::move(options), nullptr, "publish_loop"},
          subject_{std::move(subject)},
          left_{count},
          payload_(bytes, 'x') {
        latencies.reserve(count);
        client_.start();
    }

    std::vector<double> latencies;  // microseconds
    const char* problem = nullptr;
    double used = 0;
    Clock::duration took{};

   private:
    void on_connected() noexcept override {
        began_ = Clock::now();
        used = hark::bench::processor_seconds();
        publish();
    }
    void on_disconnected(const hark::nats::Problem&) noexcept override { fail("disconnected"); }
    void on_unreachable(const hark::nats::Problem&) noexcept override { fail("unreachable"); }
    void on_complaint(std::string_view) noexcept override { fail("a complaint"); }
    void on_answer(std::uint64_t, const hark::nats::Operation& answer) noexcept override {
        if (hark::nats::parse_publish_answer(answer.payload).sequence == 0) {
            fail("not stored");
            return;
        }
        const std::chrono::duration<double, std::micro> latency = Clock::now() - published_;
        latencies.push_back(latency.count());
        if (--left_ > 0) {
            publish();
            return;
        }
        took = Clock::now() - began_;
        used = hark::bench::processor_seconds() - used;
        loop_.stop();
    }

    void publish() noexcept {
        published_ = Clock::now();
        client_.request(subject_, {}, payload_);
    }
    void fail(const char* what) noexcept {
        problem = what;
        loop_.stop();
    }

    hark::EventLoop& loop_;
    hark::nats::Client client_;
    std::string subject_;
    std::size_t left_;
    std::string payload_;
    Clock::time_point began_;
    Clock::time_point published_;
};

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int index) {
        return argc == 5 ? hark::parse_number<std::uint32_t>(argv[index]).value_or(0) : 0;
    };
    if (number(1) == 0 || number(3) == 0 || number(4) == 0) {
        std::fputs("usage: publish_loop PORT SUBJECT COUNT BYTES\n", stderr);
        return 2;
    }
    const hark::SystemClock clock;
    hark::EventLoop loop{clock};
    hark::nats::Options options;
    options.servers.push_back({"127.0.0.1", static_cast<std::uint16_t>(number(1))});
    Publisher publisher{loop, std::move(options), argv[2], number(3), number(4)};
    loop.run();
    if (publisher.problem != nullptr) {
        std::fprintf(stderr, "publish_loop: %s\n", publisher.problem);
        return 1;
    }
    std::vector<double>& sorted = publisher.latencies;
    std::ranges::sort(sorted);
    const std::chrono::duration<double> took = publisher.took;
    std::printf("%.6f %.6f %.1f %.1f\n", took.count(), publisher.used, sorted[sorted.size() / 2],
                sorted[sorted.size() * 99 / 100]);
    return 0;
}
