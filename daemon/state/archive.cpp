#include "daemon/state/archive.hpp"

#include <fmt/core.h>

namespace hark {

namespace {

constexpr unsigned BITS = 7;
constexpr unsigned MORE = 1U << BITS;

void append_leb128(std::string& into, std::uint64_t value) {
    for (; value >= MORE; value >>= BITS) into.push_back(static_cast<char>(value | MORE));
    into.push_back(static_cast<char>(value));
}

// Returns the number at `at` and advances `at` past it; nullopt: there is none.
std::optional<std::uint64_t> take_leb128(std::string_view bytes, std::size_t& at) noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < bytes.size() && shift < 64; shift += BITS) {
        const std::uint64_t byte = static_cast<unsigned char>(bytes[at++]);
        const std::uint64_t part = byte & (MORE - 1);
        if (part << shift >> shift != part) return std::nullopt;
        value |= part << shift;
        if (byte < MORE) return value;
    }
    return std::nullopt;
}

}  // namespace

void StateWriter::put(unsigned field, std::uint64_t number) {
    std::string bytes;
    append_leb128(bytes, number);
    put(field, bytes);
}

void StateWriter::put(unsigned field, std::string_view bytes) {
    append_leb128(into_, field);
    append_leb128(into_, bytes.size());
    into_.append(bytes);
}

StateReader::StateReader(std::string_view bytes) : bytes_{bytes} {
    for (std::size_t at = 0; at < bytes_.size();) static_cast<void>(take(at));
}

StateReader::Field StateReader::take(std::size_t& at) const {
    const auto number = take_leb128(bytes_, at);
    const auto size = number ? take_leb128(bytes_, at) : std::nullopt;
    if (!size || *size > bytes_.size() - at) throw StateError{"a field is cut off"};
    const std::string_view bytes = bytes_.substr(at, static_cast<std::size_t>(*size));
    at += bytes.size();
    return {*number, bytes};
}

std::optional<std::string_view> StateReader::find(unsigned field) {
    const std::size_t begin = next_;
    if (auto found = find_next(field, next_)) return found;
    next_ = 0;
    auto found = find_next(field, next_);
    if (!found) next_ = begin;
    return found;
}

std::optional<std::string_view> StateReader::find_next(unsigned field, std::size_t& at) const {
    while (at < bytes_.size()) {
        const Field next = take(at);
        if (next.number == field) return next.bytes;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> StateReader::find_number(unsigned field) {
    const auto found = find(field);
    if (!found) return std::nullopt;
    std::size_t at = 0;
    const auto number = take_leb128(*found, at);
    if (!number || at != found->size()) refuse(field);
    return number;
}

std::int64_t StateReader::ticks(unsigned field, std::int64_t value) {
    // Some 73 years of nanoseconds, or 73,000 of microseconds.
    constexpr std::int64_t FAR = std::numeric_limits<std::int64_t>::max() / 4;
    const std::int64_t found = number(field, value, FAR);
    if (found < -FAR) refuse(field);
    return found;
}

void StateReader::texts(unsigned field, std::vector<std::string>& values, std::size_t longest) {
    values.clear();
    for (std::size_t at = 0; const auto found = find_next(field, at);) {
        if (found->size() > longest || values.size() == archive::MANY) refuse(field);
        values.emplace_back(*found);
    }
}

void StateReader::require(bool holds) {
    if (!holds) throw StateError{"its parts do not fit together"};
}

void StateReader::refuse(unsigned field) {
    throw StateError{fmt::format("field {} has a value that it cannot have", field)};
}

}  // namespace hark
