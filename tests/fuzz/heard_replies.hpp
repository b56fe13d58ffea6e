// Checks what a client is sent as it comes: whole lines, replies without gaps, and no reply to a
// message that is not stored.
#pragma once

#include "common/protocol/reply.hpp"
#include "tests/fuzz/kept_log.hpp"
#include "tests/fuzz/require.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hark::fuzz {

class HeardReplies {
   public:
    // With ReplyMode::text. `log` must outlive it.
    explicit HeardReplies(const KeptLog& log) noexcept : log_{log} {}

    void add(std::string_view bytes) {
        rest_ += bytes;
        for (;;) {
            // Telnet's refusals, whose option may be LF.
            while (rest_.size() >= 3 && rest_.front() == '\xFF') rest_.erase(0, 3);
            const std::size_t end = rest_.find('\n');
            if (end == std::string::npos || rest_.front() == '\xFF') return;
            take(std::string_view{rest_}.substr(0, end + 1));
            rest_.erase(0, end + 1);
        }
    }

    // The number of the last message that was answered.
    [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] bool in_line() const noexcept { return !rest_.empty(); }

   private:
    void take(std::string_view line) {
        require(line.size() <= reply::MAX_LINE && line.ends_with("\r\n"), "a reply is a line");
        require(!ended_, "nothing follows a farewell");
        const reply::Reply reply = reply::parse(line);
        switch (reply.kind) {
            case reply::Kind::ready:
                require(!greeted_ && answered_ == 0, "a greeting comes first");
                greeted_ = true;
                break;
            case reply::Kind::stored:
                if (reply.messages.first == 0) break;
                answer(reply.messages);
                require(answered_ <= log_.whole_stored(), "an answer means that it is stored");
                break;
            case reply::Kind::not_stored:
                require(reply.messages.first > log_.whole_stored(),
                        "what is stored is not refused");
                answer(reply.messages);
                require(answered_ <= log_.whole(), "what is refused has come");
                break;
            case reply::Kind::bye:
                require(answered_ == log_.whole(), "all is answered before a farewell");
                ended_ = true;
                break;
            case reply::Kind::ended:
                ended_ = true;
                break;
            case reply::Kind::notice:
                break;
            case reply::Kind::other:
                require(false, "a reply is one of those documented");
        }
    }
    void answer(const reply::Answered& messages) {
        require(messages.first == answered_ + 1, "answers have no gaps");
        answered_ = messages.last;
    }

    const KeptLog& log_;
    std::string rest_;
    std::uint64_t answered_ = 0;
    bool greeted_ = false;
    bool ended_ = false;
};

}  // namespace hark::fuzz
