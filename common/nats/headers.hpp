// The headers of a NATS message: "NATS/1.0", perhaps with a status, then lines like those of HTTP
// (https://docs.nats.io, ADR-4).
#pragma once

#include <string>
#include <string_view>

namespace hark::nats {

// The first value of that name, which is case-sensitive; empty: there is none.
[[nodiscard]] std::string_view find_header(std::string_view headers,
                                           std::string_view name) noexcept;

// The status, such as "503", which means that nobody answers; empty: there is none.
[[nodiscard]] std::string_view status_of(std::string_view headers) noexcept;
inline constexpr std::string_view NO_RESPONDERS = "503";

// For a message that we send.
class HeaderWriter {
   public:
    // Neither may contain CR or LF.
    HeaderWriter& add(std::string_view name, std::string_view value);
    // The headers so far, with the empty line at the end.
    [[nodiscard]] std::string text() const { return text_ + "\r\n"; }

   private:
    std::string text_ = "NATS/1.0\r\n";
};

}  // namespace hark::nats
