#include "tests/fuzz/stream_writing.hpp"

#include "tests/fuzz/require.hpp"
#include "tests/support/state_round_trip.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

namespace hark::fuzz {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view RUN = "5f3a9c01";
constexpr std::string_view EMPTY_ANSWER = R"({"stream":"HARK","seq":0,"duplicate":true})";
// None of these is a valid answer.
constexpr std::array<std::string_view, 6> NO_ANSWERS{
    "", "{}", "[1]", "+ACK", R"({"stream":"HARK","seq":"9"})", R"({"stream":"HARK","seq":-9})"};

}  // namespace

StreamWriting::StreamWriting(Input script)
    : script_{script}, server_{[this](const Request& request) { on_request(request); }} {
    start_writer({});
}

void StreamWriting::start_writer(const StreamState& state) {
    StreamConfig config{.stream = std::string{test::FakeNatsServer::STREAM},
                        .subject = std::string{test::FakeNatsServer::SUBJECT},
                        .replicas = 1};
    config.servers.servers.push_back({"127.0.0.1", server_.port()});
    writer_ = std::make_unique<StreamWriter>(loop_, static_cast<StreamWriterOwner&>(*this), config,
                                             std::string{RUN});
    writer_->resume(state);
    writer_->start();
}

// --- The writer ---------------------------------------------------------------------------------

void StreamWriting::on_batch_stored() noexcept {
    require(first_ != 0, "what is stored was published");
    const std::size_t times = times_stored(first_, last_);
    require(made_again_ || times >= 1, "what is called stored is stored");
    require((overtaken_ && renewed_) || times <= 1, "it is stored once");
    stored_ += last_ - first_ + 1;
    first_ = 0;
}

std::size_t StreamWriting::times_stored(std::uint64_t first, std::uint64_t last) const {
    const std::string begin = fmt::format("{}-{}-{}", RUN, first, last);
    return static_cast<std::size_t>(
        std::ranges::count_if(stream_.all(), [&](const test::FakeMessage& message) {
            const bool is_it = message.id == begin || message.id.starts_with(begin + ".");
            if (is_it) require(message.payload == text_, "what is stored is what was published");
            return is_it;
        }));
}

void StreamWriting::publish() {
    if (first_ != 0 || !writer_->is_ready()) return;
    first_ = stored_ + 1;
    last_ = first_ + stored_ % 3;
    text_.clear();
    for (std::uint64_t number = first_; number <= last_; ++number) {
        text_ += fmt::format("{{\"number\":{}}}\n", number);
    }
    made_again_ = overtaken_ = renewed_ = false;
    writer_->publish(first_, last_);
}

void StreamWriting::rounds(int count) {
    for (; count > 0; --count) {
        publish();
        server_.step();
        loop_.run_once({});
        static_cast<void>(writer_->take_remark());
        static_cast<void>(writer_->details());
    }
}

void StreamWriting::pass(Duration time) {
    clock_.advance(time);
    rounds(3);
}

// Restarts in place.
void StreamWriting::restart() {
    const StreamState state = test::written_and_read(writer_->state());
    writer_.reset();
    start_writer(state);
}

void StreamWriting::use_other_servers() {
    StreamConfig config{.stream = std::string{test::FakeNatsServer::STREAM},
                        .subject = std::string{test::FakeNatsServer::SUBJECT},
                        .replicas = 1};
    config.servers.servers.push_back({"127.0.0.1", server_.port()});
    config.servers.user = "u" + std::to_string(++logins_);
    writer_->use(config);
}

void StreamWriting::add_other_batch() {
    overtaken_ = true;
    const std::string id = fmt::format("00000000-{0}-{0}", ++others_);
    stream_.add(id, fmt::format("NATS/1.0\r\nNats-Msg-Id: {}\r\nHark-Run: 00000000\r\n\r\n", id),
                "{}\n");
}

// --- The script ---------------------------------------------------------------------------------

void StreamWriting::act(std::uint8_t action) {
    switch (action % 20) {
        case 4:
            pass(20ms);
            break;
        case 5:
            pass(1s);
            break;
        case 6:
            pass(5s);
            break;
        case 7:
            pass(11s);
            break;
        case 8:
            stream_.land();
            break;
        case 9:
            stream_.forget_staged();
            break;
        case 10:
            stream_.purge();
            overtaken_ = true;
            break;
        case 11:
            late_.clear();
            stream_.recreate();
            made_again_ = true;
            break;
        case 12:
            add_other_batch();
            break;
        case 13:
            say_late();
            break;
        case 14:
            server_.close();
            break;
        case 15:
            server_.say_info(R"(,"ldm":true,"connect_urls":["127.0.0.1:1","x y:2"])");
            break;
        case 16:
            server_.say("-ERR 'Permissions Violation for Publish to \"hark.site7\"'\r\n");
            break;
        case 17:
            restart();
            break;
        case 18:
            use_other_servers();
            break;
        case 19:
            // Answers requests of the past, and of the future.
            for (const Request& request : published_) {
                if (first_ != 0 && request.reply_to == published_.back().reply_to) break;
                server_.answer(request, R"({"stream":"HARK","seq":10000})");
            }
            break;
        default:
            rounds(4);
            break;
    }
}

void StreamWriting::say_late() {
    for (const auto& [request, answer] : std::exchange(late_, {})) {
        server_.answer(request, answer);
        server_.answer(request, answer);
    }
}

void StreamWriting::finish() {
    honest_ = true;
    script_.flag() ? stream_.land() : stream_.forget_staged();
    constexpr int STEPS = 800;
    const std::uint64_t before = stored_;
    const auto is_done = [&] { return stored_ > before + 3; };
    for (int step = 0; step < STEPS && !is_done(); ++step) pass(50ms);
    require(is_done(), "when the server does not lie, all is stored");
    require(writer_->trouble().empty() && writer_->health() == StreamWriter::Health::well,
            "and all is well");
}

// --- The server ---------------------------------------------------------------------------------

void StreamWriting::on_request(const Request& request) {
    const std::uint8_t choice = honest_ ? std::uint8_t{0} : script_.byte();
    switch (request.kind) {
        case Request::Kind::connection:
            on_connection(choice);
            return;
        case Request::Kind::info:
            on_description(request, choice);
            return;
        case Request::Kind::get:
            on_read_back(request, choice);
            return;
        case Request::Kind::publish:
            published_.push_back(request);
            renewed_ = renewed_ || request.header("Nats-Msg-Id").find('.') != std::string::npos;
            if (published_.size() > 4) published_.erase(published_.begin());
            on_publish(request, choice);
            return;
    }
}

void StreamWriting::on_connection(std::uint8_t choice) {
    switch (choice % 16) {
        case 1:
            server_.close();
            return;
        case 2:
            server_.say("HTTP/1.1 400 Bad Request\r\n\r\n");
            return;
        case 3:
            server_.say_info(R"(,"max_payload":1000)");
            return;
        case 4:
            server_.say_info(R"(,"tls_required":true)");
            return;
        case 5:
            return;
        case 6:
            server_.say("-ERR 'Authorization Violation'\r\n");
            server_.close();
            return;
        default:
            server_.say_info();
            return;
    }
}

// Lies that fit every question.
void StreamWriting::on_question(const Request& request, std::uint8_t choice) {
    switch (choice % 8) {
        case 0:
            return;
        case 1:
            server_.close();
            return;
        case 2:
            server_.say_nobody(request);
            return;
        case 3:
            server_.answer(request, server_.error(10008, "JetStream system is out of coffee"));
            return;
        case 4:
            server_.say("-ERR 'Slow Consumer'\r\n");
            return;
        case 5:
            server_.say(fmt::format("MSG {} 1 99\r\n{{", request.reply_to));
            return;
        default:
            server_.answer(request, NO_ANSWERS[choice / 8 % NO_ANSWERS.size()]);
            return;
    }
}

void StreamWriting::on_description(const Request& request, std::uint8_t choice) {
    switch (choice % 16) {
        case 1:
            server_.answer(request, server_.error(10059, "stream not found"));
            return;
        case 2:
            server_.answer(request, server_.description(stream_, 0));
            return;
        case 3:
            server_.answer(request, server_.description(stream_, 1, "memory"));
            return;
        case 4:
            late_.emplace_back(request, server_.description(stream_));
            return;
        case 5:
            on_question(request, choice / 16);
            return;
        default:
            server_.answer_honestly(request, stream_);
            return;
    }
}

void StreamWriting::on_read_back(const Request& request, std::uint8_t choice) {
    const std::vector<test::FakeMessage>& all = stream_.all();
    switch (choice % 16) {
        case 1:
            server_.answer(request, server_.not_found());
            return;
        case 2:
            // As it was a while ago.
            if (all.size() < 2) return;
            server_.answer(request, server_.found(all[all.size() - 2]));
            return;
        case 3:
            late_.emplace_back(request, stream_.last() == nullptr ? server_.not_found()
                                                                  : server_.found(*stream_.last()));
            return;
        case 4:
            on_question(request, choice / 16);
            return;
        default:
            server_.answer_honestly(request, stream_);
            return;
    }
}

std::string StreamWriting::acknowledge(const Request& request) {
    if (stream_.is_staged(request.header("Nats-Msg-Id"))) return std::string{EMPTY_ANSWER};
    return server_.acknowledgement(server_.store(request, stream_), stream_);
}

void StreamWriting::on_publish(const Request& request, std::uint8_t choice) {
    switch (choice % 16) {
        case 1:
            // Stored, but not answered.
            static_cast<void>(acknowledge(request));
            return;
        case 2:
            static_cast<void>(acknowledge(request));
            server_.close();
            return;
        case 3:
            server_.answer(request, EMPTY_ANSWER);
            return;
        case 4:
            stream_.stage(request.header("Nats-Msg-Id"), server_.expected(request), request.headers,
                          request.payload);
            return;
        case 5:
            late_.emplace_back(request, acknowledge(request));
            return;
        case 6:
            // Another writer is faster.
            add_other_batch();
            server_.answer(request, acknowledge(request));
            return;
        case 7:
            // Another writer is next, and what is said about ours is lost.
            static_cast<void>(acknowledge(request));
            add_other_batch();
            return;
        case 8:
            server_.answer(request, server_.wrong_last(choice));
            return;
        case 9:
            server_.answer(request, R"({"stream":"OTHER","seq":10000})");
            return;
        case 10:
            server_.answer(request, R"({"stream":"HARK","seq":10000,"error":{"err_code":1}})");
            return;
        case 11:
            on_question(request, choice / 16);
            return;
        default:
            server_.answer(request, acknowledge(request));
            return;
    }
}

}  // namespace hark::fuzz
