#include "common/locale/i18n.hpp"

#include <algorithm>
#include <array>
#include <clocale>
#include <string>

#include <unistd.h>

namespace hark {

namespace {

constexpr const char* DOMAIN = "hark";

// BUILD/po for the program BUILD/tools/hark; empty for an installed program.
std::string built_translations() {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return {};
    std::string folder{path.data(), static_cast<std::size_t>(length)};
    for (int up = 0; up < 2; ++up) folder.resize(std::min(folder.rfind('/'), folder.size()));
    folder += "/po";
    const bool here = ::access((folder + "/zh_CN/LC_MESSAGES/hark.mo").c_str(), R_OK) == 0;
    return here ? folder : std::string{};
}

}  // namespace

void set_up_locale() {
    // Only language and charset: numbers have the same form everywhere.
    std::setlocale(LC_CTYPE, "");
    std::setlocale(LC_MESSAGES, "");
    const std::string built = built_translations();
    ::bindtextdomain(DOMAIN, built.empty() ? HARK_LOCALE_FOLDER : built.c_str());
    ::bind_textdomain_codeset(DOMAIN, "UTF-8");
    ::bind_textdomain_codeset("libc", "UTF-8");
    ::textdomain(DOMAIN);
}

void speak_english() {
    std::setlocale(LC_ALL, "C");
}

}  // namespace hark
