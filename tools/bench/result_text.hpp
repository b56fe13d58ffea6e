// What came out of a load, for people: facts, percentiles, and a histogram.
#pragma once

#include "common/locale/locale_charset.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/load_result.hpp"

#include <string>
#include <vector>

namespace hark {

// UTF-8, as it will stand on a terminal of this charset. After prepare_locale_for_terminal().
[[nodiscard]] std::string result_text(const BenchOptions& options, const LoadResult& result,
                                      const LocaleCharset& charset);

// The bins of a histogram gathered in rows that people can read, whose edges are 1, 2, 3, 5 and 7
// times a power of ten: from the row of the least value to that of the most, both included. What is
// less than a microsecond is in the first.
[[nodiscard]] std::vector<LatencyHistogram::Bin> histogram_rows(const LatencyHistogram& histogram);

}  // namespace hark
