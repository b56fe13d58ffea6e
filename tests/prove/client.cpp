#include "tests/prove/client.hpp"

#include "common/protocol/reply.hpp"

#include <array>
#include <utility>

#include <sys/socket.h>

namespace hark::prove {

Client::Client(UniqueFd socket, Random& random) : socket_{std::move(socket)}, random_{random} {
    constexpr std::array<std::string_view, 4> TERMINATORS{"\n", "\r\n", "\n\r", {"\0", 1}};
    terminator_ = TERMINATORS[random_() % TERMINATORS.size()];
}

ListenerProfile Client::profile(Random& random) {
    ListenerProfile profile;
    FramingOptions& framing = profile.framing;
    switch (random() % 6) {
        case 0:
        case 1:
            break;
        case 2:
            framing.framing = Framing::line;
            break;
        case 3:
            framing = {.framing = Framing::delimited,
                       .begin = Delimiter{"\x02"},
                       .end = Delimiter{"\x03"}};
            break;
        case 4:
            framing.framing = Framing::counted;
            break;
        case 5:
            framing = {.framing = Framing::length, .length_bytes = 2};
            break;
    }
    profile.telnet = false;
    return profile;
}

void Client::use(const ListenerProfile& profile) noexcept {
    framing_ = profile.framing;
}

// Each text is different: ASCII, Chinese in UTF-8 or GBK, or bytes that are not text.
Sent Client::text() {
    std::string text = "m" + std::to_string(told_.messages.size() + 1) + " ";
    const std::array<std::string_view, 4> words{"abc ", "\xe4\xbd\xa0\xe5\xa5\xbd",
                                                "\xc4\xe3\xba\xc3\xca\xc0\xbd\xe7", "\xff\x81 "};
    const std::string_view word = words[random_() % words.size()];
    const std::size_t size = random_() % 8 == 0 ? random_() % 4000 : random_() % 60;
    const bool is_text = word != words.back() || text.size() >= size;
    while (text.size() < size) text += word;
    return {.bytes = std::move(text), .is_text = is_text};
}

void Client::compose() {
    Sent sent = text();
    const std::string& message = sent.bytes;
    switch (framing_.framing) {
        case Framing::automatic:
        case Framing::line:
        case Framing::chunk:
            pending_ += message + terminator_;
            break;
        case Framing::delimited:
            pending_ += "\x02" + message + "\x03";
            break;
        case Framing::counted:
            pending_ += std::to_string(message.size()) + " " + message;
            break;
        case Framing::length:
            pending_ += static_cast<char>(message.size() >> 8U);
            pending_ += static_cast<char>(message.size() & 0xFFU);
            pending_ += message;
            break;
    }
    told_.messages.push_back(std::move(sent));
}

void Client::send(bool all) {
    if (!socket_ || half_closed_ || pending_.empty()) return;
    const std::size_t size = all ? pending_.size() : 1 + random_() % pending_.size();
    const ssize_t count = ::send(socket_.get(), pending_.data(), size, MSG_NOSIGNAL);
    if (count > 0) pending_.erase(0, static_cast<std::size_t>(count));
}

void Client::hear() {
    if (!socket_) return;
    std::array<char, 4096> bytes;
    for (;;) {
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        if (count < 0 && errno == EAGAIN) break;
        if (count <= 0) {
            ended_ = true;
            break;
        }
        heard_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    for (std::size_t end; (end = heard_.find('\n')) != std::string::npos;) {
        take(std::string_view{heard_}.substr(0, end + 1));
        heard_.erase(0, end + 1);
    }
}

void Client::take(std::string_view line) {
    const reply::Reply reply = reply::parse(line);
    const auto note = [this](const reply::Answered& messages) {
        if (messages.first != told_.answered + told_.refused + 1) {
            told_.mistake = "answers have a gap";
        }
        return messages.last - messages.first + 1;
    };
    switch (reply.kind) {
        case reply::Kind::stored:
            if (reply.messages.first == 0) return;
            if (told_.refused > 0) told_.mistake = "an answer behind a refusal";
            told_.answered += note(reply.messages);
            told_.answers.push_back({.first = reply.messages.first,
                                     .last = reply.messages.last,
                                     .as_bytes = line.starts_with("251")});
            break;
        case reply::Kind::not_stored:
            told_.refused += note(reply.messages);
            break;
        case reply::Kind::ready:
        case reply::Kind::bye:
        case reply::Kind::ended:
        case reply::Kind::notice:
            break;
        case reply::Kind::other:
            told_.mistake = "a line that is no reply: " + std::string{line};
            break;
    }
}

void Client::half_close() noexcept {
    half_closed_ = true;
    if (socket_) ::shutdown(socket_.get(), SHUT_WR);
}

void Client::leave() noexcept {
    socket_.reset();
}

}  // namespace hark::prove
