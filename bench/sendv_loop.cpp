// A program that does nothing but write messages to the journal with sd_journal_sendv(3), one after
// another: the baseline for harkd's journal sink. The fields are those of harkd's messages.
//
//     sendv_loop COUNT BYTES
//
// Prints the seconds it took, and its processor time in seconds.
#include "bench/processor_time.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <sys/uio.h>
#include <systemd/sd-journal.h>

namespace {

bool parse(std::string_view text, unsigned& number) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && rest == end && number > 0;
}

// Returns 0 or -errno.
int send_message(unsigned number, const std::string& padding) {
    const std::string count = std::to_string(number);
    const std::string text = "sendv-" + count + ' ' + padding;
    const std::array<std::string, 14> fields{
        "SYSLOG_IDENTIFIER=sendv_loop",
        "MESSAGE_ID=2d8d1a8c5f5c4bb5b7f3a5b4d7f4a6e1",
        "HARK_RUN=5f3a9c01",
        "HARK_EVENT=message",
        "PRIORITY=5",
        "HARK_TIME=2026-11-22T10:00:00.123456Z",
        "HARK_CONN=17",
        "HARK_PEER=127.0.0.1:51324",
        "HARK_SEQ=" + count,
        "HARK_TEXT=" + text,
        "HARK_CHARSET=utf-8",
        "HARK_BYTES=" + std::to_string(text.size()),
        "HARK_END=lf",
        "MESSAGE=127.0.0.1:51324 #" + count + ": " + text,
    };
    std::array<iovec, fields.size()> vectors{};
    for (std::size_t index = 0; index < fields.size(); ++index) {
        // The library only reads it.
        vectors[index] = {const_cast<char*>(fields[index].data()), fields[index].size()};
    }
    // In parentheses: the function, not the macro of the same name, which adds the source location.
    return (sd_journal_sendv)(vectors.data(), static_cast<int>(vectors.size()));
}

}  // namespace

int main(int argc, char** argv) {
    unsigned count = 0;
    unsigned bytes = 0;
    if (argc != 3 || !parse(argv[1], count) || !parse(argv[2], bytes)) {
        std::fputs("usage: sendv_loop COUNT BYTES\n", stderr);
        return 2;
    }
    const auto began = std::chrono::steady_clock::now();
    for (unsigned number = 1; number <= count; ++number) {
        const std::size_t head = std::to_string(number).size() + sizeof "sendv- " - 1;
        const std::string padding(bytes > head ? bytes - head : 0, 'x');
        if (const int result = send_message(number, padding); result < 0) {
            std::fprintf(stderr, "sd_journal_sendv: %s\n", std::strerror(-result));
            return 1;
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%.6f %.6f\n", took.count(), hark::bench::processor_seconds());
    return 0;
}
