#include "tools/bench/bench.hpp"

#include "common/locale/i18n.hpp"
#include "tools/bench/load.hpp"
#include "tools/bench/options.hpp"
#include "tools/bench/result_json.hpp"
#include "tools/bench/result_text.hpp"
#include "tools/exit_status.hpp"
#include "tools/report.hpp"
#include "tools/shown_json.hpp"
#include "tools/terminal_text.hpp"

#include <memory>

#include <fmt/format.h>
#include <sys/resource.h>

namespace hark {

namespace {

// As many descriptors as the hard limit allows.
void raise_descriptor_limit(const BenchOptions& options) {
    constexpr rlim_t OTHERS = 32;  // the loop, timers, signals, standard streams
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    if (limit.rlim_cur == RLIM_INFINITY || options.connections + OTHERS <= limit.rlim_cur) return;
    throw UsageError{fmt::format(
        fmt::runtime(_("--connections: {} are too many, a process may have {} descriptors here "
                       "(ulimit -n)")),
        options.connections, limit.rlim_cur)};
}

int print_result(const BenchOptions& options, const LoadResult& result) {
    if (options.json) {
        std::string line;
        append_shown_json(line, result_json(options, result));
        return print_bytes(line + "\n");
    }
    const LocaleCharset charset;
    return print_all(result_text(options, result, charset));
}

}  // namespace

int bench(const BenchOptions& options) {
    check_bench_options(options);
    raise_descriptor_limit(options);
    prepare_locale_for_terminal();
    const SystemClock clock;
    EventLoop loop{clock};
    const auto load = std::make_unique<Load>(loop, clock, options);
    const LoadResult& result = load->run();
    const int printed = result.began ? print_result(options, result) : EXIT_DONE;
    return result.status == EXIT_DONE ? printed : result.status;
}

}  // namespace hark
