// A table of commands, each with its options. It is always passed in: nothing in this room knows
// what commands there are.
#pragma once

#include "common/cli/option_spec.hpp"
#include "tools/cli/common_options.hpp"
#include "tools/cli/tls_options.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

namespace hark {

// A command from the command line: the parser fills in its options, then it runs.
class Invocation {
   public:
    Invocation() = default;
    Invocation(const Invocation&) = delete;
    Invocation& operator=(const Invocation&) = delete;
    virtual ~Invocation() = default;

    [[nodiscard]] virtual OptionGroup options() noexcept = 0;
    // Returns the exit status. Throws UsageError and std::runtime_error. Call once only.
    [[nodiscard]] virtual int run(const Arguments& arguments) = 0;
};

// A command's function and its options. Made by ACTION<>.
struct CommandAction {
    std::span<const OptionSpec> options;
    std::unique_ptr<Invocation> (*invoke)();
};

// Texts are English here and translated when shown.
struct Command {
    static constexpr std::size_t ANY_NUMBER = std::numeric_limits<std::size_t>::max();

    const char* name;
    const char* arguments = nullptr;  // "[TEXT...]"; null: it takes none
    std::size_t most_words = 0;
    // The words that an argument can be; null: any word.
    std::span<const char* const> (*choices)() noexcept = nullptr;
    const char* summary;   // one line
    const char* details;   // a paragraph or more, wrapped
    const char* example;   // lines for a shell
    bool has_tls = false;  // it takes TLS_OPTIONS
    CommandAction action;
};

// The first one is the default command.
using Commands = std::span<const Command>;

// Null if there is none of that name.
[[nodiscard]] const Command* find_command(Commands commands, std::string_view name) noexcept;

namespace erased {

template <auto RUN, const auto& TABLE>
class Invoked;

template <typename Options, int (*RUN)(const Arguments&, Options&), const auto& TABLE>
class Invoked<RUN, TABLE> final : public Invocation {
   public:
    [[nodiscard]] static std::unique_ptr<Invocation> make() { return std::make_unique<Invoked>(); }

    [[nodiscard]] OptionGroup options() noexcept override {
        return OptionGroup::of<TABLE>(options_);
    }
    [[nodiscard]] int run(const Arguments& arguments) override { return RUN(arguments, options_); }

   private:
    Options options_;
};

struct NoOptions {};
template <int (*RUN)(const Arguments&)>
int run_without_options(const Arguments& arguments, NoOptions&) {
    return RUN(arguments);
}

}  // namespace erased

// `RUN` is `int (const Arguments&, Options&)`, and `TABLE` fills an `Options`.
template <auto RUN, const auto& TABLE>
inline constexpr CommandAction ACTION{TABLE, &erased::Invoked<RUN, TABLE>::make};
// The same for a command without options of its own: `RUN` is `int (const Arguments&)`.
template <int (*RUN)(const Arguments&)>
inline constexpr CommandAction PLAIN_ACTION = ACTION<&erased::run_without_options<RUN>, NO_OPTIONS>;

}  // namespace hark
