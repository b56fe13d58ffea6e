#include "tools/log/log.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/loop/event_loop.hpp"
#include "common/sys/process.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/log/log_viewer.hpp"

#include <string>
#include <vector>

namespace hark {

namespace {

constexpr std::uint64_t FOLLOWED_LINES = 10;  // as in tail and journalctl

// Derives options not given from those given.
LogOptions completed(const LogOptions& given) {
    LogOptions options = given;
    if (options.since && options.until && *options.since > *options.until) {
        throw UsageError{_("--since must not be after --until")};
    }
    if (options.follow && options.files.size() > 1) {
        throw UsageError{_("--follow takes a single --file")};
    }
    if (options.follow && (options.reverse || options.summary)) {
        throw UsageError{_("--follow cannot be combined with --reverse or --summary")};
    }
    if (options.summary && (options.lines || options.count || options.reverse)) {
        throw UsageError{_("--summary cannot be combined with --lines, --count or --reverse")};
    }
    if (!options.stream && (options.config || options.subject)) {
        throw UsageError{_("--config and --subject need --nats")};
    }
    if (options.stream) {
        if (!options.files.empty()) throw UsageError{_("--nats and --file cannot be combined")};
        options.stream->config = options.config.value_or("");
        options.stream->subject = options.subject.value_or("");
    }
    if (options.invert && !options.grep) throw UsageError{_("-v needs --grep")};
    options.all_backwards = options.reverse && !options.lines && !options.count;
    // Standard input ends, so there is nothing to follow.
    if (options.files == std::vector<std::string>{"-"}) options.follow = false;
    if (options.follow && !options.lines && !options.all_lines && !options.since) {
        options.lines = FOLLOWED_LINES;
    }
    return options;
}

}  // namespace

int show_log(const LogOptions& options) {
    const LogOptions complete = completed(options);
    // All files of a log are open at once, so that none is lost when the log is rotated.
    static_cast<void>(sys::raise_descriptor_limit());
    const SystemClock clock;
    EventLoop loop{clock};
    try {
        LogViewer viewer{loop, complete};
        return viewer.run();
    } catch (const UsageError&) {
        throw;
    } catch (const std::runtime_error& problem) {
        // No other status fits: there is no connection to fail.
        print_error(in_user_language(problem));
        return EXIT_REFUSED;
    }
}

}  // namespace hark
