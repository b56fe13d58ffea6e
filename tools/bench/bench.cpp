#include "tools/bench/bench.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/sys/error.hpp"
#include "common/sys/process.hpp"
#include "tools/bench/load.hpp"
#include "tools/bench/result_json.hpp"
#include "tools/bench/result_text.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <memory>

namespace hark {

namespace {

void make_room_for_descriptors(const BenchOptions& options) {
    constexpr std::size_t OTHERS = 32;  // the loop, timers, signals, standard streams
    const std::int64_t limit = sys::raise_descriptor_limit();
    if (limit < 0) throw SystemError{static_cast<int>(-limit), N_("cannot read a limit")};
    if (options.connections + OTHERS <= static_cast<std::size_t>(limit)) return;
    throw UsageError{
        formatted(_("--connections: {} is too many: a process may open {} descriptors here "
                    "(ulimit -n)"),
                  options.connections, limit)};
}

int print_result(const BenchOptions& options, const LoadResult& result) {
    if (options.json) {
        return print_bytes(result_json(options, result) + "\n");
    }
    const LocaleCharset charset;
    return print_all(result_text(options, result, charset));
}

}  // namespace

int bench(const BenchOptions& options) {
    check_bench_options(options);
    make_room_for_descriptors(options);
    prepare_locale_for_terminal();
    const SystemClock clock;
    EventLoop loop{clock};
    const auto load = std::make_unique<Load>(loop, clock, options);
    const LoadResult& result = load->run();
    const int printed = result.began ? print_result(options, result) : EXIT_DONE;
    return result.status == EXIT_DONE ? printed : result.status;
}

}  // namespace hark
