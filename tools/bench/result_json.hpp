// What came out of a load, as one JSON object. Times are seconds, sizes bytes.
#pragma once

#include "tools/bench/bench_options.hpp"
#include "tools/bench/load_result.hpp"

#include <string>

namespace hark {

[[nodiscard]] std::string result_json(const BenchOptions& options, const LoadResult& result);

}  // namespace hark
