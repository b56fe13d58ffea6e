// What the telnet filter must make of a stream, computed in the simplest way possible: with the
// whole stream at hand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark::naive {

struct Telnet {
    explicit Telnet(std::string_view stream, bool is_shown = false) : shown{is_shown} {
        while (!stream.empty()) {
            const std::size_t taken = take(stream);
            stream.remove_prefix(taken);
        }
    }

    bool shown;
    std::string text;
    std::string replies;
    std::size_t discarded = 0;

   private:
    static bool is_one_of(char byte, std::string_view bytes) {
        return bytes.find(byte) != std::string_view::npos;
    }
    std::size_t keep(std::string_view bytes) {
        text += bytes;
        return bytes.size();
    }
    std::size_t drop(std::size_t count) {
        discarded += count;
        return count;
    }
    void answer(char command, char option) {
        if (command == '\xFD') replies += {'\xFF', '\xFC', option};
        if (command == '\xFB') replies += {'\xFF', '\xFE', option};
    }
    std::size_t take(std::string_view rest) {
        if (rest[0] != '\xFF') return keep(rest.substr(0, 1));
        if (!shown) return take_first(rest);
        if (rest.size() < 2) return keep(rest);
        const char command = rest[1];
        if (command == '\xFF') {
            keep(rest.substr(0, 1));
            drop(1);
            return 2;
        }
        if (static_cast<unsigned char>(command) < 240) return keep(rest.substr(0, 1));
        if (command == '\xFA') return take_subnegotiation(rest.substr(0, 1024));
        if (static_cast<unsigned char>(command) < 250) return drop(2);
        if (rest.size() < 3) return keep(rest);
        answer(command, rest[2]);
        return drop(3);
    }
    std::size_t take_first(std::string_view rest) {
        const std::size_t before = rest.starts_with("\xFF\xF4") ? 2 : 0;
        const std::string_view request = rest.substr(before);
        if (request.size() >= 3 && request[0] == '\xFF' && is_one_of(request[1], "\xFB\xFD") &&
            static_cast<unsigned char>(request[2]) < 48 && !is_one_of(request[2], "\n\r")) {
            shown = true;
            answer(request[1], request[2]);
            return drop(before + 3);
        }
        return keep(rest.substr(0, 1));
    }
    std::size_t take_subnegotiation(std::string_view window) {
        for (std::size_t i = 2; i + 1 < window.size(); i += window[i] == '\xFF' ? 2U : 1U) {
            if (window.substr(i, 2) == "\xFF\xF0") return drop(i + 2);
        }
        return keep(window);
    }
};

}  // namespace hark::naive
