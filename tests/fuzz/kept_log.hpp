// A sink that checks the records of one connection as they come, and stores them when it is told
// to.
#pragma once

#include "common/framing/frame.hpp"
#include "common/text/utf8.hpp"
#include "daemon/log/sink.hpp"
#include "tests/fuzz/require.hpp"

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hark::fuzz {

// What a `closed` record says.
struct ClosedRecord {
    std::string reason;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t discarded = 0;
};

class KeptLog final : public Sink {
   public:
    // Checks the records of connection `number`.
    KeptLog(Callback<void()> on_ready, std::uint64_t number)
        : Sink{"kept", on_ready}, number_{number} {}

    void append(const Record& record) noexcept override {
        if (record.connection == number_) keep(record);
        whole_after_.push_back(whole_);
    }
    [[nodiscard]] SinkState commit() noexcept override {
        if (state_ == SinkState::clear) add_stored(whole_after_.size() - 1 - stored());
        return state_ == SinkState::refusing ? fail(state_, ENOSPC) : state_;
    }
    [[nodiscard]] Backlog backlog() const noexcept override { return {}; }
    void hand_over(SinkHandover&) const override {}
    void take_over(const SinkHandover&) override {}

    // What commit() returns from now on; only with SinkState::clear are records stored.
    void set_state(SinkState state) noexcept {
        state_ = state;
        if (state == SinkState::clear) say_ready();
    }

    // Messages that are complete, and those of them that are stored.
    [[nodiscard]] std::uint64_t whole() const noexcept { return whole_; }
    [[nodiscard]] std::uint64_t whole_stored() const noexcept { return whole_after_[stored()]; }
    // The bytes of each message, those of its parts joined.
    [[nodiscard]] const std::vector<std::string>& messages() const noexcept { return messages_; }
    // Bytes of all records.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    // The bytes of each record.
    [[nodiscard]] const std::vector<std::string>& pieces() const noexcept { return pieces_; }
    [[nodiscard]] bool probed() const noexcept { return probed_; }
    [[nodiscard]] bool connected() const noexcept { return connected_; }
    // Null until the connection is closed.
    [[nodiscard]] const ClosedRecord* closed() const noexcept { return closed_ ? &last_ : nullptr; }

   private:
    void keep(const Record& record) {
        require(!closed_, "nothing follows the end of a connection");
        require((record.content != nullptr) ==
                    (record.event == Event::message || record.event == Event::probe),
                "messages and probes have content");
        switch (record.event) {
            case Event::connected:
                require(!std::exchange(connected_, true) && pieces_.empty(),
                        "connected comes first");
                break;
            case Event::message:
                keep_message(*record.content);
                break;
            case Event::probe:
                require(!std::exchange(probed_, true) && pieces_.empty(), "a probe comes first");
                keep_bytes(*record.content);
                break;
            case Event::closed:
                keep_end(record);
                break;
            case Event::listening:
            case Event::refused:
            case Event::intervention:
            case Event::paused:
            case Event::resumed:
            case Event::reloaded:
            case Event::restarted:
            case Event::stopping:
            case Event::diagnostic:
                require(false, "a connection makes no other records");
        }
    }
    void keep_message(const Content& content) {
        require(!probed_, "a probe sends no messages");
        if (part_ == 0) messages_.emplace_back();
        require(content.message == messages_.size(), "numbers have no gaps");
        require(content.part == (part_ > 0 || content.more ? part_ + 1 : 0), "parts have no gaps");
        part_ = content.more ? content.part : 0;
        if (!content.more) ++whole_;
        messages_.back() += content.raw;
        keep_bytes(content);
    }
    void keep_bytes(const Content& content) {
        require(content.bytes == content.raw.size(), "a record counts its bytes");
        require(content.bytes <= FRAME_CAPACITY, "a record has a bound");
        require(utf8::scan(content.text).valid == content.text.size(), "text is UTF-8");
        pieces_.emplace_back(content.raw);
        bytes_ += content.bytes;
    }
    void keep_end(const Record& record) {
        closed_ = true;
        require(part_ == 0, "a message is whole at the end");
        for (const Detail& detail : record.details) {
            const auto* const count = std::get_if<std::uint64_t>(&detail.value);
            if (detail.key == Key::reason) last_.reason = std::get<std::string_view>(detail.value);
            if (detail.key == Key::messages) last_.messages = *count;
            if (detail.key == Key::bytes) last_.bytes = *count;
            if (detail.key == Key::discarded) last_.discarded = *count;
        }
    }

    std::uint64_t number_;
    SinkState state_ = SinkState::clear;
    std::vector<std::uint64_t> whole_after_{0};  // whole_ after each record
    std::uint64_t whole_ = 0;
    std::vector<std::string> messages_;
    std::vector<std::string> pieces_;
    std::uint64_t bytes_ = 0;
    std::uint32_t part_ = 0;
    bool connected_ = false;
    bool probed_ = false;
    bool closed_ = false;
    ClosedRecord last_;
};

}  // namespace hark::fuzz
