// Precompiled for the unit tests: what common/standard.hpp has, and the test framework.
#include "common/standard.hpp"

#include <doctest/doctest.h>
