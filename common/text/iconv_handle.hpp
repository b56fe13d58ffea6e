// One direction of the C library's iconv(3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <iconv.h>

namespace hark {

class IconvHandle {
   public:
    // Not open if the C library has no such conversion: errno is iconv_open(3)'s.
    IconvHandle(const char* to, const char* from) noexcept;
    ~IconvHandle();
    IconvHandle(IconvHandle&& other) noexcept : handle_{std::exchange(other.handle_, NONE)} {}
    IconvHandle& operator=(IconvHandle&&) = delete;
    IconvHandle(const IconvHandle&) = delete;
    IconvHandle& operator=(const IconvHandle&) = delete;

    [[nodiscard]] bool is_open() const noexcept { return handle_ != NONE; }

    // Why a conversion ended where it did.
    enum class Stop : unsigned char {
        end,         // everything is converted
        invalid,     // the next byte does not begin a character
        incomplete,  // the rest is the beginning of a character
    };
    struct Converted {
        std::size_t bytes = 0;  // how many were converted
        Stop stop = Stop::end;
    };
    // Appends `bytes`, converted up to the first that cannot be. `growth`: how many bytes one can
    // become; if that is exceeded, what is left is converted in another call.
    [[nodiscard]] Converted convert(std::string_view bytes, std::string& into,
                                    std::size_t growth) noexcept;

   private:
    static inline const iconv_t NONE = reinterpret_cast<iconv_t>(-1);

    iconv_t handle_;
};

}  // namespace hark
