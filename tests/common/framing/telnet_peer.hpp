// A peer of the telnet filter.
#pragma once

#include "common/framing/telnet_filter.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace hark::test {

inline constexpr std::string_view DO_TIMING_MARK = "\xFF\xFD\x06";

// Keeps what is held and passes it again in front of what comes next.
struct TelnetPeer {
    TelnetFilter filter{};
    std::string held;
    std::string text;
    std::string replies;
    std::size_t discarded = 0;

    TelnetPeer& send(std::string_view bytes) {
        std::string data = held.append(bytes);
        held.clear();
        const std::size_t before = replies.size();
        const auto filtered = filter.filter(data, replies);
        if (filtered.text + filtered.held + filtered.discarded != data.size()) FAIL(data);
        if (replies.size() - before > TelnetFilter::MAX_REPLIES) FAIL(data);
        text += data.substr(0, filtered.text);
        held = data.substr(data.size() - filtered.held);
        discarded += filtered.discarded;
        return *this;
    }
    // Bytes still held at the end are text.
    TelnetPeer& end() {
        text += held;
        held.clear();
        return *this;
    }
};

inline TelnetPeer after(std::string_view bytes) {
    return TelnetPeer{}.send(bytes);
}
// The same for a peer that has already shown telnet; the reply to that is left out.
inline TelnetPeer shown(std::string_view bytes) {
    TelnetPeer peer;
    peer.filter = TelnetFilter{true};
    return peer.send(bytes);
}
inline TelnetPeer after(std::initializer_list<char> bytes) {
    return after(std::string{bytes});
}
inline TelnetPeer shown(std::initializer_list<char> bytes) {
    return shown(std::string{bytes});
}

}  // namespace hark::test
