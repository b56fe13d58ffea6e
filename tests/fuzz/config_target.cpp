// The daemon's configuration file.
#include "common/sys/unique_fd.hpp"
#include "common/text/utf8.hpp"
#include "daemon/config/config.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace hark::fuzz {

namespace {

// "PATH:3:9: what is wrong"
void check_mistake(std::string_view mistake, const std::string& path) {
    // It may quote the file; the code that shows it escapes it.
    require(utf8::scan(mistake).valid == mistake.size(), "a mistake is UTF-8");
    require(mistake.starts_with(path + ":"), "a mistake is in the file");
    mistake.remove_prefix(path.size() + 1);
    for (const std::string_view behind : {":", ": "}) {
        const std::size_t digits = mistake.find_first_not_of("0123456789");
        require(digits != std::string_view::npos && digits > 0 && mistake[0] != '0' &&
                    mistake.substr(digits).starts_with(behind),
                "a mistake has a line and a column");
        mistake.remove_prefix(digits + behind.size());
    }
    require(!mistake.empty(), "a mistake says what is wrong");
}

void check_listener(const ListenerConfig& listener) {
    const FramingOptions& framing = listener.profile.framing;
    const std::string_view begin = framing.begin.bytes();
    const std::string_view end = framing.end.bytes();
    if (framing.framing == Framing::delimited) {
        require(!end.empty(), "delimited framing has an end");
        require(begin.empty() || (!begin.starts_with(end) && !end.starts_with(begin)),
                "no delimiter begins with the other");
    }
    for (const std::string_view delimiter : {begin, end}) {
        require(utf8::ascii_prefix(delimiter) == delimiter.size(), "delimiters are ASCII");
    }
    require(framing.length_bytes == 1 || framing.length_bytes == 2 || framing.length_bytes == 4,
            "a length has a size that there is");
    require(framing.max_message > 0 && framing.max_message <= FramingOptions::MAX_MESSAGE,
            "messages have a bound");
    require(!check_charset(listener.charset.name), "the charset can be opened");
    for (const std::string& answer : {listener.profile.ack, listener.profile.nak}) {
        require(!answer.empty() && answer.size() <= 64, "an acknowledgement has a bound");
    }
}

}  // namespace

void config(std::string_view bytes) {
    const UniqueFd file{memfd_create("fuzz", MFD_CLOEXEC)};
    require(file.get() >= 0 &&
                write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "a file can be written");
    const std::string path = "/proc/self/fd/" + std::to_string(file.get());
    Options options;
    options.config = path;
    try {
        const Config config = load_config(options);
        check_listener(config.defaults);
        for (const ListenerConfig& listener : config.listeners) check_listener(listener);
        require(!config.sinks.empty(), "there is a log");
    } catch (const ConfigError& error) {
        require(!error.mistakes().empty(), "an error has a mistake");
        for (const std::string& mistake : error.mistakes()) check_mistake(mistake, path);
    }
}

}  // namespace hark::fuzz
