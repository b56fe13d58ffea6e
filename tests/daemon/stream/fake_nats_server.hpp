// A NATS server on loopback, in the thread of the test, that says what it is told to say: each
// request is given to a function, which answers it, or does not.
#pragma once

#include "common/text/base64.hpp"
#include "common/text/number.hpp"
#include "tests/daemon/stream/fake_stream.hpp"
#include "tests/support/sockets.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hark::test {

struct FakeRequest {
    enum class Kind : std::uint8_t { connection, info, get, publish };
    Kind kind = Kind::connection;
    std::string subject{};
    std::string reply_to{};
    std::string headers{};
    std::string payload{};

    [[nodiscard]] std::string header(std::string_view name) const {
        const std::size_t at = headers.find(fmt::format("\r\n{}: ", name));
        if (at == std::string::npos) return {};
        const std::size_t begin = at + name.size() + 4;
        return headers.substr(begin, headers.find("\r\n", begin) - begin);
    }
};

class FakeNatsServer {
   public:
    static constexpr std::string_view STREAM = "HARK";
    static constexpr std::string_view SUBJECT = "hark.site7";

    // `on_request` is also called for a new connection, which has been sent nothing by then.
    explicit FakeNatsServer(std::function<void(const FakeRequest&)> on_request)
        : listener_{tcp_listener()}, on_request_{std::move(on_request)} {
        set_blocking(listener_.get(), false);
    }
    // So that no address stays in use for a minute.
    ~FakeNatsServer() { close(); }
    FakeNatsServer(const FakeNatsServer&) = delete;
    FakeNatsServer& operator=(const FakeNatsServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_of(listener_.get()); }
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    // Whether it reads; what it does not read stays in the socket.
    void set_reading(bool reading) noexcept { reading_ = reading; }

    // Takes what has come.
    void step() {
        const int socket =
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            close();
            socket_.reset(socket);
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ++connections_;
            on_request_({});
        }
        std::array<char, 65536> buffer;
        while (socket_ && reading_) {
            const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
            if (size < 0 && errno == EAGAIN) return;
            if (size <= 0) {
                close();
                return;
            }
            input_.append(buffer.data(), static_cast<std::size_t>(size));
            take_lines();
        }
    }

    void say(std::string_view bytes) {
        if (socket_)
            static_cast<void>(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    void say_info(std::string_view more = {}) {
        say(
            fmt::format("INFO {{\"server_name\":\"s1\",\"version\":\"2.10.27\",\"headers\":true,"
                        "\"max_payload\":1048576,\"jetstream\":true{}}}\r\n",
                        more));
    }
    void answer(const FakeRequest& request, std::string_view payload) {
        say(fmt::format("MSG {} 1 {}\r\n{}\r\n", request.reply_to, payload.size(), payload));
    }
    void say_nobody(const FakeRequest& request) {
        say(fmt::format("HMSG {} 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n", request.reply_to));
    }
    void close() {
        if (socket_) reset_connection(socket_);
        input_.clear();
    }

    // Answers as a server that does not lie.
    void answer_honestly(const FakeRequest& request, FakeStream& stream) {
        switch (request.kind) {
            case FakeRequest::Kind::connection:
                say_info();
                return;
            case FakeRequest::Kind::info:
                answer(request, description(stream));
                return;
            case FakeRequest::Kind::get:
                answer(request, stream.last() == nullptr ? not_found() : found(*stream.last()));
                return;
            case FakeRequest::Kind::publish:
                answer(request, acknowledgement(store(request, stream), stream));
                return;
        }
    }
    static FakeStream::Verdict store(const FakeRequest& request, FakeStream& stream) {
        return stream.store(request.header("Nats-Msg-Id"), expected(request), request.headers,
                            request.payload);
    }
    static std::uint64_t expected(const FakeRequest& request) {
        return parse_number<std::uint64_t>(request.header("Nats-Expected-Last-Subject-Sequence"))
            .value_or(0);
    }
    static std::string acknowledgement(const FakeStream::Verdict& verdict,
                                       const FakeStream& stream) {
        if (verdict.sequence == 0) return wrong_last(stream.last_of_subject());
        return fmt::format(R"({{"stream":"{}","seq":{}{}}})", STREAM, verdict.sequence,
                           verdict.is_duplicate ? R"(,"duplicate":true)" : "");
    }
    static std::string wrong_last(std::uint64_t last) {
        return error(10071, fmt::format("wrong last sequence: {}", last));
    }
    static std::string error(unsigned number, std::string_view text) {
        return fmt::format(
            R"({{"error":{{"code":400,"err_code":{},"description":"{}"}},"stream":"{}","seq":0}})",
            number, text, STREAM);
    }
    static std::string description(const FakeStream& stream, unsigned replicas = 1,
                                   std::string_view storage = "file") {
        return fmt::format(
            R"({{"config":{{"name":"{}","subjects":["{}"],"retention":"limits","storage":"{}",)"
            R"("num_replicas":{},"duplicate_window":120000000000}},"state":{{"last_seq":{}}}}})",
            STREAM, SUBJECT, storage, replicas, stream.last_sequence());
    }
    static std::string not_found() { return error(10037, "no message found"); }
    static std::string found(const FakeMessage& message) {
        std::string headers;
        append_base64(headers, message.headers);
        return fmt::format(R"({{"message":{{"subject":"{}","seq":{},"hdrs":"{}"}}}})", SUBJECT,
                           message.sequence, headers);
    }

   private:
    void take_lines() {
        while (true) {
            const std::size_t end = input_.find("\r\n");
            if (end == std::string::npos) return;
            const std::string line = input_.substr(0, end);
            if (line.starts_with("PUB ") || line.starts_with("HPUB ")) {
                if (!take_message(line, end + 2)) return;
                continue;
            }
            input_.erase(0, end + 2);
            if (line == "PING") say("PONG\r\n");
        }
    }
    bool take_message(const std::string& line, std::size_t begin) {
        std::vector<std::string> words;
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find(' ', at), line.size());
            words.push_back(line.substr(at, end - at));
            at = end + 1;
        }
        const auto total = parse_number<std::size_t>(words.back()).value_or(0);
        if (input_.size() < begin + total + 2) return false;
        const std::size_t headers =
            line.starts_with("H") ? parse_number<std::size_t>(words[3]).value_or(0) : 0;
        FakeRequest request{.kind = FakeRequest::Kind::publish,
                            .subject = words[1],
                            .reply_to = words[2],
                            .headers = input_.substr(begin, headers),
                            .payload = input_.substr(begin + headers, total - headers)};
        if (request.subject.starts_with("$JS.API.STREAM.INFO"))
            request.kind = FakeRequest::Kind::info;
        if (request.subject.starts_with("$JS.API.STREAM.MSG"))
            request.kind = FakeRequest::Kind::get;
        input_.erase(0, begin + total + 2);
        on_request_(request);
        return true;
    }

    UniqueFd listener_;
    UniqueFd socket_;
    std::function<void(const FakeRequest&)> on_request_;
    std::string input_;
    std::size_t connections_ = 0;
    bool reading_ = true;
};

}  // namespace hark::test
