// Batches for a stream whose server lies.
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/stream_writing.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace hark::fuzz {

// The first bytes say what happens; the others, from the end, what the server says.
void stream_writer(std::string_view bytes) {
    constexpr std::size_t MOST_ACTIONS = 64;
    const std::string_view actions = bytes.substr(0, std::min(bytes.size() / 2, MOST_ACTIONS));
    StreamWriting writing{Input{bytes.substr(actions.size())}};
    for (const char action : actions) writing.act(static_cast<std::uint8_t>(action));
    writing.finish();
}

}  // namespace hark::fuzz
