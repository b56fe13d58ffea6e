#include "tests/prove/log_check.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include <iconv.h>
#include <openssl/evp.h>

#include <nlohmann/json.hpp>

namespace hark::prove {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error{what};
}

std::string name_of(const ConnectionName& name) {
    return "connection " + std::to_string(name.second) + " of run " + name.first;
}

std::string from_base64(const std::string& text) {
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) fail("raw is not base64");
    bytes.resize(static_cast<std::size_t>(size) - (text.ends_with("==")  ? 2U
                                                   : text.ends_with("=") ? 1U
                                                                         : 0U));
    return bytes;
}

std::string in_gb18030(std::string text) {
    static const std::unique_ptr<std::remove_pointer_t<iconv_t>, decltype(&iconv_close)> converter{
        iconv_open("GB18030", "UTF-8"), &iconv_close};
    std::string bytes(text.size() * 2 + 16, '\0');
    char* from = text.data();
    char* into = bytes.data();
    std::size_t left = text.size();
    std::size_t room = bytes.size();
    if (iconv(converter.get(), &from, &left, &into, &room) != 0) fail("text is not in its charset");
    bytes.resize(bytes.size() - room);
    return bytes;
}

std::string bytes_of(const nlohmann::json& record) {
    if (record.contains("raw")) return from_base64(record["raw"]);
    const std::string text = record.value("text", "");
    return record["charset"] == "gb18030" ? in_gb18030(text) : text;
}

}  // namespace

void LogCheck::add(std::string_view bytes, std::size_t certain, bool torn_end) {
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t end = bytes.find('\n', at);
        if (end == std::string_view::npos) {
            if (!torn_end) fail("a file ends in half a line");
            return;
        }
        add_line(bytes.substr(at, end - at), end < certain);
        at = end + 1;
    }
}

void LogCheck::add_line(std::string_view line, bool certain) {
    const nlohmann::json record = nlohmann::json::parse(line, nullptr, false);
    if (!record.is_object()) {
        std::string shown;
        for (const char c : line.substr(0, 200))
            shown += c == '\0' ? std::string{"\\0"} : std::string{c};
        fail("a line of " + std::to_string(line.size()) + " bytes is not a record: " + shown);
    }
    if (record["event"] != "message") return;
    const ConnectionName name{record["run"], record["conn"]};
    const Place place{record["seq"], record.value("part", std::uint64_t{1})};
    if (certain) {
        fill_gap(name, place);
        take(name, place, std::string{line});
    } else {
        doubtful_[name].try_emplace(place, line);
    }
}

void LogCheck::fill_gap(const ConnectionName& name, Place before) {
    const auto doubtful = doubtful_.find(name);
    if (doubtful == doubtful_.end()) return;
    for (;;) {
        const std::vector<Found>& messages = found_[name];
        const Place next = messages.empty() || messages.back().whole
                               ? Place{messages.size() + 1, 1}
                               : Place{messages.size(), messages.back().parts + 1};
        const auto there = doubtful->second.find(next);
        if (next >= before || there == doubtful->second.end()) return;
        take(name, next, there->second);
    }
}

void LogCheck::take(const ConnectionName& name, Place place, const std::string& line) {
    digest_ = digest_ * 1'000'003 + std::hash<std::string>{}(line);
    const nlohmann::json record = nlohmann::json::parse(line);
    std::vector<Found>& messages = found_[name];
    const auto [seq, part] = place;
    if (part == 1) {
        if (seq != messages.size() + 1) {
            fail(name_of(name) + ": message " + std::to_string(seq) + " comes behind " +
                 std::to_string(messages.size()));
        }
        if (!messages.empty() && !messages.back().whole) {
            fail(name_of(name) + ": message " + std::to_string(messages.size()) + " has no end");
        }
        messages.emplace_back();
        ++messages_;
    }
    if (messages.size() != seq || messages.back().parts + 1 != part) {
        fail(name_of(name) + ": part " + std::to_string(part) + " of message " +
             std::to_string(seq) + " is in the wrong place");
    }
    Found& message = messages.back();
    ++message.parts;
    message.bytes += bytes_of(record);
    if (record.contains("raw")) {
        const bool in_doubt = record["charset"] == "gb18030";
        (in_doubt ? message.in_doubt : message.as_bytes) = true;
    }
    message.whole = !record.value("more", false);
    const std::string end = record["end"];
    message.was_cut = end == "eof" || end == "reset" || end == "kicked" || end == "frame";
}

void LogCheck::compare(const std::map<ConnectionName, Told>& told) {
    constexpr std::uint64_t END = std::numeric_limits<std::uint64_t>::max();
    for (const auto& [name, lines] : doubtful_) fill_gap(name, {END, END});
    for (const auto& [name, client] : told) {
        if (!client.mistake.empty()) fail(name_of(name) + ": " + client.mistake);
        const auto found = found_.find(name);
        const std::size_t count = found == found_.end() ? 0 : found->second.size();
        for (std::size_t i = 0; i < client.answered; ++i) {
            if (i >= count || !found->second[i].whole) {
                fail(name_of(name) + ": message " + std::to_string(i + 1) +
                     " was answered and is not in the log");
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::string& bytes = found->second[i].bytes;
            const bool is_last = i + 1 == count;
            if (i >= client.messages.size()) {
                fail(name_of(name) + ": more is in the log than was sent");
            }
            // The last one may have been cut short by the end of its connection, even in the header
            // of its frame.
            constexpr std::size_t HEADER = 10;
            const std::string& sent = client.messages[i].bytes;
            const bool cut = is_last && (found->second[i].was_cut || !found->second[i].whole) &&
                             (sent.find(bytes) != std::string::npos || bytes.size() < HEADER);
            if (bytes != sent && !cut) {
                const auto differ = std::ranges::mismatch(bytes, sent).in1 - bytes.begin();
                fail(name_of(name) + ": message " + std::to_string(i + 1) +
                     " is not what was sent: " + std::to_string(bytes.size()) +
                     " bytes in place of " + std::to_string(sent.size()) + ", the same up to " +
                     std::to_string(differ) + (is_last ? ", the last" : ""));
            }
            if (bytes == sent && found->second[i].as_bytes == client.messages[i].is_text) {
                fail(name_of(name) + ": message " + std::to_string(i + 1) +
                     (client.messages[i].is_text ? " is text, and kept as bytes"
                                                 : " is no text, and not kept as bytes"));
            }
        }
        if (found != found_.end()) compare_answers(name, client, found->second);
    }
}

// A range answered with 251 has at least one message that is kept as bytes; others have none.
void LogCheck::compare_answers(const ConnectionName& name, const Told& client,
                               const std::vector<Found>& found) {
    for (const Answer& answer : client.answers) {
        const auto begin = found.begin() + static_cast<std::ptrdiff_t>(answer.first - 1);
        const auto end = found.begin() + static_cast<std::ptrdiff_t>(answer.last);
        const bool expected = std::any_of(begin, end, std::mem_fn(&Found::as_bytes));
        // What is left of cut text in another charset may be anything.
        const bool in_doubt =
            std::any_of(begin, end, [](const Found& one) { return one.in_doubt && one.was_cut; });
        if (answer.as_bytes != expected && !(answer.as_bytes && in_doubt)) {
            fail(name_of(name) + ": messages " + std::to_string(answer.first) + " to " +
                 std::to_string(answer.last) + " were answered " +
                 (answer.as_bytes ? "251" : "250"));
        }
    }
}

}  // namespace hark::prove
