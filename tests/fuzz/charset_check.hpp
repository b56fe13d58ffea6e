// Messages as the daemon would record them: decoded, and encoded back to their bytes.
#pragma once

#include "common/framing/frame.hpp"
#include "common/text/charset.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace hark::fuzz {

// Decodes the frames of one connection, and cuts its long messages.
class CharsetCheck final : public SplitPoint {
   public:
    explicit CharsetCheck(CharsetMode mode);
    // The mode of that name; nothing if this system lacks it.
    [[nodiscard]] static std::optional<CharsetMode> open(std::string_view charset);

    [[nodiscard]] std::size_t find(std::string_view bytes) noexcept override;

    // The text that a record would have. Ends the process if the frame's bytes cannot be recovered
    // from it.
    Decoded check(const Frame& frame);
    // The same for bytes anywhere in a message.
    Decoded check(std::string_view bytes, Place place, Evidence evidence);

   private:
    CharsetDecoder& decoder_;
    CharsetMode mode_;
    Proof proof_ = Proof::none;
};

}  // namespace hark::fuzz
