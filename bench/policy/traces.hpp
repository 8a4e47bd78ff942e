// Request rates over time: the built-in ones, and anyone else's from a file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/policy/fleet.hpp"

namespace inferno::bench {

[[nodiscard]] std::vector<std::pair<std::string, Trace>> built_in_traces();

// Rows of "seconds,requests-per-second", ascending; the rate holds until the next row. Throws std::runtime_error naming
// file and line.
[[nodiscard]] std::pair<Trace, double> read_trace(const std::string& path);  // with its length in seconds

}  // namespace inferno::bench
