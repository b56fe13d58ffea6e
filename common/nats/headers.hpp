// The headers of a NATS message: "NATS/1.0", perhaps with a status, then lines like those of HTTP
// (https://docs.nats.io, ADR-4).
#pragma once

#include <string>
#include <string_view>

namespace hark::nats {

// The first value of that name, which is compared as it is written; empty: there is none.
[[nodiscard]] std::string_view find_header(std::string_view headers,
                                           std::string_view name) noexcept;

// "503", with which the server says that nobody answers; empty: it has no status.
[[nodiscard]] std::string_view status_of(std::string_view headers) noexcept;
inline constexpr std::string_view NO_RESPONDERS = "503";

// For a message that we send.
class HeaderWriter {
   public:
    // Neither holds CR or LF.
    HeaderWriter& add(std::string_view name, std::string_view value);
    // What they are up to now, with the empty line at the end.
    [[nodiscard]] std::string text() const { return text_ + "\r\n"; }

   private:
    std::string text_ = "NATS/1.0\r\n";
};

}  // namespace hark::nats
