// The result of a load, for people: facts, percentiles and a histogram.
#pragma once

#include "common/locale/locale_charset.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/load_result.hpp"

#include <string>
#include <vector>

namespace hark {

// UTF-8, for a terminal of this charset. Requires prepare_locale_for_terminal().
[[nodiscard]] std::string result_text(const BenchOptions& options, const LoadResult& result,
                                      const LocaleCharset& charset);

// The bins of a histogram merged into rows that people can read, with edges at 1, 2, 3, 5 and 7
// times powers of ten: from the row of the least value to that of the greatest. Values under a
// microsecond are in the first row.
[[nodiscard]] std::vector<LatencyHistogram::Bin> histogram_rows(const LatencyHistogram& histogram);

}  // namespace hark
