// Tables of options, for parsing, help, completions and suggestions. A table fills the options
// struct of one command; the struct's type is erased here and nowhere else.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace hark {

// What shells can complete for a value.
enum class Choice : std::uint8_t { nothing, host, file };

// A function that stores a value, and the type of its struct. Made by takes<>.
struct OptionTaker {
    const void* type;  // identifies the struct
    void (*call)(void* into, const std::string& value);
};

// Texts are English here and translated when shown.
struct OptionSpec {
    const char* name;   // "--host"
    const char* value;  // "HOST"; null: a flag
    const char* help;   // may have several lines
    Choice choice;
    OptionTaker take;
    char letter = '\0';  // 'n': also "-n"; NUL: no letter
};

// For commands without options of their own.
inline constexpr std::array<OptionSpec, 0> NO_OPTIONS{};

namespace erased {

// Its address identifies `Options`.
template <typename Options>
inline constexpr char TYPE = '\0';

template <auto TAKE>
struct Taker;

template <typename Options, void (*TAKE)(Options& into, const std::string& value)>
struct Taker<TAKE> {
    static constexpr const void* type() noexcept { return &TYPE<Options>; }
    static void call(void* into, const std::string& value) {
        TAKE(*static_cast<Options*>(into), value);
    }
};

}  // namespace erased

// For OptionSpec::take. `TAKE` is `void (Options& into, const std::string& value)`; for a flag, the
// value is empty. It throws UsageError if the value is invalid.
template <auto TAKE>
// NOLINTNEXTLINE(readability-identifier-naming): it reads as a function.
inline constexpr OptionTaker takes{erased::Taker<TAKE>::type(), &erased::Taker<TAKE>::call};

// Whether all options of `table` fill an `Options`.
template <typename Options>
[[nodiscard]] constexpr bool fills(std::span<const OptionSpec> table) noexcept {
    return std::all_of(table.begin(), table.end(), [](const OptionSpec& option) {
        return option.take.type == &erased::TYPE<Options>;
    });
}

// A table together with the struct that it fills.
class OptionGroup {
   public:
    // `into` must outlive it.
    template <const auto& TABLE, typename Options>
    [[nodiscard]] static OptionGroup of(Options& into) noexcept {
        static_assert(fills<Options>(TABLE), "an option of this table fills another struct");
        return OptionGroup{TABLE, &into};
    }

    [[nodiscard]] std::span<const OptionSpec> table() const noexcept { return table_; }
    // `option` must be from the table. Throws UsageError.
    void take(const OptionSpec& option, const std::string& value) const {
        option.take.call(into_, value);
    }

   private:
    OptionGroup(std::span<const OptionSpec> table, void* into) noexcept
        : table_{table}, into_{into} {}

    std::span<const OptionSpec> table_;
    void* into_;
};

}  // namespace hark
