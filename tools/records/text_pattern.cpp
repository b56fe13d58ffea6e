#include "tools/records/text_pattern.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <cwctype>
#include <new>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace hark {

namespace {

// Effort allowed for one text: about 10 ms.
constexpr std::uint32_t MATCH_LIMIT = 1'000'000;
// PCRE2 may have to go back to each match of a repeated group, so its memory grows with the text.
constexpr std::uint32_t HEAP_LIMIT_KIB = 64 * 1024;
// For compiled code, instead of the default 32 KiB, which 2,000 characters use up.
constexpr std::size_t STACK = 64 * 1024;
constexpr std::size_t LARGEST_STACK = std::size_t{HEAP_LIMIT_KIB} * 1024;

std::size_t characters_of(std::string_view text) noexcept {
    std::size_t count = 0;
    while (!text.empty()) {
        text.remove_prefix(utf8::first(text).length);
        ++count;
    }
    return count;
}

bool has_upper_case(std::string_view text) noexcept {
    while (!text.empty()) {
        const utf8::Character character = utf8::first(text);
        if (std::iswupper(static_cast<std::wint_t>(character.code)) != 0) return true;
        text.remove_prefix(character.length);
    }
    return false;
}

std::string words_of(int error) {
    std::array<PCRE2_UCHAR, 256> words{};
    const int length = ::pcre2_get_error_message(error, words.data(), words.size());
    return {reinterpret_cast<const char*>(words.data()),
            length < 0 ? 0 : static_cast<std::size_t>(length)};
}

}  // namespace

void TextPattern::Free::operator()(pcre2_real_code_8* code) const noexcept {
    ::pcre2_code_free(code);
}
void TextPattern::Free::operator()(pcre2_real_jit_stack_8* stack) const noexcept {
    ::pcre2_jit_stack_free(stack);
}
void TextPattern::Free::operator()(pcre2_real_match_context_8* context) const noexcept {
    ::pcre2_match_context_free(context);
}
void TextPattern::Free::operator()(pcre2_real_match_data_8* data) const noexcept {
    ::pcre2_match_data_free(data);
}

TextPattern::TextPattern(const std::string& pattern) {
    if (utf8::scan(pattern).valid != pattern.size()) {
        throw UsageError{_("--grep: the pattern is not valid text in the locale's charset")};
    }
    any_case_ = !has_upper_case(pattern);
    const std::uint32_t options =
        PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | (any_case_ ? PCRE2_CASELESS : 0U);
    int error = 0;
    PCRE2_SIZE place = 0;
    code_.reset(::pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                options, &error, &place, nullptr));
    if (!code_) {
        throw UsageError{formatted(_("--grep: invalid pattern, at character {}: {}"),
                                   characters_of(std::string_view{pattern}.substr(0, place)) + 1,
                                   words_of(error))};
    }
    context_.reset(::pcre2_match_context_create(nullptr));
    data_.reset(::pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    if (!context_ || !data_) throw std::bad_alloc{};
    ::pcre2_set_match_limit(context_.get(), MATCH_LIMIT);
    ::pcre2_set_heap_limit(context_.get(), HEAP_LIMIT_KIB);
    // JIT only makes matching faster: without it, the interpreter matches.
    if (::pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE) != 0) return;
    stack_.reset(::pcre2_jit_stack_create(STACK, LARGEST_STACK, nullptr));
    if (!stack_) throw std::bad_alloc{};
    ::pcre2_jit_stack_assign(context_.get(), nullptr, stack_.get());
}

TextPattern::Verdict TextPattern::search(std::string_view text) const noexcept {
    const int result =
        ::pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                      PCRE2_NO_UTF_CHECK, data_.get(), context_.get());
    if (result >= 0) return Verdict::yes;
    return result == PCRE2_ERROR_NOMATCH ? Verdict::no : Verdict::too_costly;
}

}  // namespace hark
