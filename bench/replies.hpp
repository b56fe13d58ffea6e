// Counts the messages that a server has acknowledged on one connection.
#pragma once

#include "bench/payload.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark::bench {

class Replies {
   public:
    explicit Replies(Protocol protocol) noexcept : protocol_{protocol} {}

    // Processes what was read; false if it is not an acknowledgement: see last().
    [[nodiscard]] bool take(std::string_view data) {
        const std::size_t end = data.rfind('\n');
        if (end == std::string_view::npos) {
            last_ += data;
            return true;
        }
        const std::string_view lines = data.substr(0, end);
        const std::size_t before = lines.rfind('\n');
        if (before == std::string_view::npos) {
            last_ += lines;
        } else {
            last_ = lines.substr(before + 1);
        }
        for (const char byte : lines) count_ += byte == '\n';
        ++count_;
        const bool good = protocol_ == Protocol::resp ? last_.starts_with(':') : parse_last();
        if (good) last_ = data.substr(end + 1);
        return good;
    }

    [[nodiscard]] std::uint64_t acknowledged() const noexcept {
        return protocol_ == Protocol::resp ? count_ : number_;
    }
    [[nodiscard]] const std::string& last() const noexcept { return last_; }

   private:
    // `25x ok #17` or `25x ok #17-19`, which acknowledges up to that number, perhaps with text
    // after it.
    bool parse_last() noexcept {
        const std::size_t hash = last_.find('#');
        if (!last_.starts_with("25") || hash == std::string::npos) return false;
        const char* const end = last_.data() + last_.size();
        auto [rest, error] = std::from_chars(last_.data() + hash + 1, end, number_);
        if (error == std::errc{} && rest != end && *rest == '-') {
            error = std::from_chars(rest + 1, end, number_).ec;
        }
        return error == std::errc{};
    }

    Protocol protocol_;
    std::uint64_t count_ = 0;
    std::uint64_t number_ = 0;
    std::string last_;
};

}  // namespace hark::bench
