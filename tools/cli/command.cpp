#include "tools/cli/command.hpp"

namespace hark {

const Command* find_command(Commands commands, std::string_view name) noexcept {
    for (const Command& command : commands) {
        if (name == command.name) return &command;
    }
    return nullptr;
}

}  // namespace hark
