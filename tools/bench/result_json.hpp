// The result of a load as one JSON object. Times are in seconds, sizes in bytes.
#pragma once

#include "tools/bench/bench_options.hpp"
#include "tools/bench/load_result.hpp"

#include <string>

namespace hark {

[[nodiscard]] std::string result_json(const BenchOptions& options, const LoadResult& result);

}  // namespace hark
