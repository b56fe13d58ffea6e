// The functions that a fuzzer calls. Each takes any bytes, and ends the process if an invariant of
// what it tests is broken.
#pragma once

#include <array>
#include <string_view>

namespace hark::fuzz {

void framing_auto(std::string_view bytes);
void framing_line(std::string_view bytes);
void framing_utf16(std::string_view bytes);
void framing_chunk(std::string_view bytes);
void framing_delimited(std::string_view bytes);
void framing_sized(std::string_view bytes);
void telnet(std::string_view bytes);
void probe(std::string_view bytes);
void proxy(std::string_view bytes);
void tls_names(std::string_view bytes);
void charset(std::string_view bytes);
void record(std::string_view bytes);
void log_json(std::string_view bytes);
void journal_written(std::string_view bytes);
void journal_read(std::string_view bytes);
void reply(std::string_view bytes);
void varlink(std::string_view bytes);
void config(std::string_view bytes);
void conversation(std::string_view bytes);
void control(std::string_view bytes);
void state(std::string_view bytes);
void nats(std::string_view bytes);
void stream_writer(std::string_view bytes);

struct Target {
    std::string_view name;  // of its executable, without "fuzz_", and of its seeds' folder
    void (*run)(std::string_view bytes);
};
inline constexpr std::array TARGETS{
    Target{"framing_auto", framing_auto},
    Target{"framing_line", framing_line},
    Target{"framing_utf16", framing_utf16},
    Target{"framing_chunk", framing_chunk},
    Target{"framing_delimited", framing_delimited},
    Target{"framing_sized", framing_sized},
    Target{"telnet", telnet},
    Target{"probe", probe},
    Target{"proxy", proxy},
    Target{"tls_names", tls_names},
    Target{"charset", charset},
    Target{"record", record},
    Target{"log_json", log_json},
    Target{"journal_written", journal_written},
    Target{"journal_read", journal_read},
    Target{"reply", reply},
    Target{"varlink", varlink},
    Target{"config", config},
    Target{"conversation", conversation},
    Target{"control", control},
    Target{"state", state},
    Target{"nats", nats},
    Target{"stream_writer", stream_writer},
};

}  // namespace hark::fuzz
