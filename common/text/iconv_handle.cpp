#include "common/text/iconv_handle.hpp"

#include <cerrno>

namespace hark {

namespace {

// Room for what the last call, without input, can still output: a letter that was held back because
// the next one might have joined it.
constexpr std::size_t LAST_ROOM = 16;

}  // namespace

IconvHandle::IconvHandle(const char* to, const char* from) noexcept
    : handle_{iconv_open(to, from)} {}

IconvHandle::~IconvHandle() {
    if (is_open()) iconv_close(handle_);
}

IconvHandle::Converted IconvHandle::convert(std::string_view bytes, std::string& into,
                                            std::size_t growth) noexcept {
    if (bytes.empty()) return {};
    iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    char* in = const_cast<char*>(bytes.data());  // iconv's old signature: it does not write there
    std::size_t left = bytes.size();
    const auto call = [&](char** from, std::size_t room) {
        const std::size_t before = into.size();
        into.resize(before + room);
        char* out = into.data() + before;
        const std::size_t result = iconv(handle_, from, &left, &out, &room);
        const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
        into.resize(into.size() - room);
        return error;
    };
    int error = E2BIG;
    while (error == E2BIG) error = call(&in, left * growth + LAST_ROOM);
    const std::size_t done = bytes.size() - left;
    call(nullptr, LAST_ROOM);
    if (error == 0) return {done, Stop::end};
    return {done, error == EINVAL ? Stop::incomplete : Stop::invalid};
}

}  // namespace hark
