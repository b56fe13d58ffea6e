// What came out of a load, as one JSON object. Times are seconds, sizes bytes.
#pragma once

#include "common/varlink/message.hpp"
#include "tools/bench/bench.hpp"
#include "tools/bench/load_result.hpp"

namespace hark {

[[nodiscard]] varlink::Json result_json(const BenchOptions& options, const LoadResult& result);

}  // namespace hark
