// Precompiled: the standard headers that most sources include, parsed once a room instead of once a
// source. A source still includes what it uses, so that it compiles without this too
// (-Db_pch=false).
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/core.h>
