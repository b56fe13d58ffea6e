// Records that are published together as one message: which records, and the ids by which the
// stream knows the message.
#pragma once

#include "daemon/state/archive.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

struct Batch {
    std::uint64_t first = 0;  // numbers of records in this run; 0: there is no batch
    std::uint64_t last = 0;
    std::uint32_t renewals = 0;  // how often it got a new id
    // Sequence of the subject's last message when this was first published; its own is above that.
    std::uint64_t after = 0;

    [[nodiscard]] bool exists() const noexcept { return first != 0; }
    [[nodiscard]] std::uint64_t records() const noexcept { return exists() ? last - first + 1 : 0; }
    // The id of the latest attempt: "5f3a9c01-17-20", "5f3a9c01-17-20.1".
    [[nodiscard]] std::string id(std::string_view run) const;
    // Whether an attempt of this batch had that id.
    [[nodiscard]] bool had_id(std::string_view run, std::string_view id) const;
};

// For the process that goes on with a stream.
struct StreamState {
    bool is_known = false;       // the subject's last message has been read
    std::uint64_t sequence = 0;  // of the last message on the subject; 0: there is none
    Batch batch{};               // published, and not known to be stored
    std::string subject{};       // of the batch
    std::uint32_t empty_answers = 0;
};

template <typename Archive>
void describe(Archive& archive, StreamState& state) {
    state.is_known = archive.flag(1, state.is_known);
    state.sequence = archive.number(2, state.sequence);
    state.batch.first = archive.number(3, state.batch.first);
    state.batch.last = archive.number(4, state.batch.last);
    state.batch.renewals = archive.number(5, state.batch.renewals);
    state.empty_answers = archive.number(6, state.empty_answers);
    state.batch.after = archive.number(7, state.batch.after);
    constexpr std::size_t LONGEST_SUBJECT = 255;
    state.subject = archive.text(8, state.subject, LONGEST_SUBJECT);
    archive.require(state.batch.first <= state.batch.last);
}

}  // namespace hark
