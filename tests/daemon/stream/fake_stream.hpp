// A stream of JetStream, as a model: it stores an id once, checks the expected sequence, and keeps
// what a leader without a quorum has staged, which may be stored later.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark::test {

struct FakeMessage {
    std::uint64_t sequence = 0;
    std::string id{};
    std::string headers{};
    std::string payload{};
};

class FakeStream {
   public:
    struct Verdict {
        std::uint64_t sequence = 0;  // 0: another one was expected
        bool is_duplicate = false;
    };
    Verdict store(std::string_view id, std::uint64_t expected, std::string_view headers,
                  std::string_view payload) {
        if (const auto known = ids_.find(std::string{id}); known != ids_.end()) {
            return {.sequence = known->second, .is_duplicate = true};
        }
        if (expected != last_of_subject()) return {};
        add(id, headers, payload);
        return {.sequence = last_};
    }
    // Adds a message of another writer, which expects no sequence.
    void add(std::string_view id, std::string_view headers, std::string_view payload) {
        ++last_;
        messages_.push_back({last_, std::string{id}, std::string{headers}, std::string{payload}});
        all_.push_back(messages_.back());
        ids_.emplace(id, last_);
    }

    // Stages a message that has timed out and may be stored all the same.
    void stage(std::string_view id, std::uint64_t expected, std::string_view headers,
               std::string_view payload) {
        staged_.push_back(
            {expected, {0, std::string{id}, std::string{headers}, std::string{payload}}});
    }
    [[nodiscard]] bool is_staged(std::string_view id) const {
        return std::ranges::any_of(staged_,
                                   [id](const Staged& one) { return one.message.id == id; });
    }
    void land() {
        for (const Staged& one : std::exchange(staged_, {})) {
            store(one.message.id, one.expected, one.message.headers, one.message.payload);
        }
    }
    void forget_staged() { staged_.clear(); }

    void purge() { messages_.clear(); }
    // Deleted and made again.
    void recreate() { *this = FakeStream{}; }

    [[nodiscard]] const FakeMessage* last() const {
        return messages_.empty() ? nullptr : &messages_.back();
    }
    [[nodiscard]] std::uint64_t last_of_subject() const {
        return messages_.empty() ? 0 : messages_.back().sequence;
    }
    [[nodiscard]] std::uint64_t last_sequence() const { return last_; }
    // Everything it has ever stored, purged or not.
    [[nodiscard]] const std::vector<FakeMessage>& all() const { return all_; }

   private:
    struct Staged {
        std::uint64_t expected = 0;
        FakeMessage message;
    };
    std::vector<FakeMessage> messages_;
    std::vector<FakeMessage> all_;
    std::vector<Staged> staged_;
    std::map<std::string, std::uint64_t> ids_;
    std::uint64_t last_ = 0;
};

}  // namespace hark::test
