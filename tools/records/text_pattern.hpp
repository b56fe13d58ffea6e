// A regular expression (PCRE2, as in journalctl and grep -P), matched with bounded effort.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;
struct pcre2_real_match_data_8;

namespace hark {

class TextPattern {
   public:
    // `pattern`: UTF-8. Case-sensitive if it contains an upper-case letter. Throws UsageError, with
    // the position of the error.
    explicit TextPattern(const std::string& pattern);

    enum class Verdict : std::uint8_t { no, yes, too_costly };
    // Whether it matches anywhere in `text`, which must be valid UTF-8. `too_costly`: gave up.
    [[nodiscard]] Verdict search(std::string_view text) const noexcept;

    // Whether it ignores case.
    [[nodiscard]] bool any_case() const noexcept { return any_case_; }

   private:
    struct Free {
        void operator()(pcre2_real_code_8* code) const noexcept;
        void operator()(pcre2_real_jit_stack_8* stack) const noexcept;
        void operator()(pcre2_real_match_context_8* context) const noexcept;
        void operator()(pcre2_real_match_data_8* data) const noexcept;
    };
    std::unique_ptr<pcre2_real_code_8, Free> code_;
    std::unique_ptr<pcre2_real_jit_stack_8, Free> stack_;  // for the code that JIT has compiled
    std::unique_ptr<pcre2_real_match_context_8, Free> context_;
    std::unique_ptr<pcre2_real_match_data_8, Free> data_;
    bool any_case_ = false;
};

}  // namespace hark
