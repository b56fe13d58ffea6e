#include "tools/records/open_source.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/records/file_source.hpp"
#include "tools/records/journal_source.hpp"
#include "tools/records/stream_source.hpp"

#include <algorithm>

namespace hark {

std::unique_ptr<LogSource> open_source(EventLoop& loop, const LogFilter& filter,
                                       const LogInput& input, Callback<void()> on_more) {
    if (input.stream) return std::make_unique<LogStreamSource>(loop, filter, input, on_more);
    const auto journals = std::count_if(input.files.begin(), input.files.end(), is_journal_file);
    if (static_cast<std::size_t>(journals) == input.files.size()) {
        return std::make_unique<LogJournalSource>(loop, filter, input, on_more);
    }
    if (journals > 0) {
        throw UsageError{_("--file: journal files cannot be read together with other files")};
    }
    return std::make_unique<LogFileSource>(loop, filter, input, on_more);
}

}  // namespace hark
