// Where time is read from, so that tests can turn it.
#pragma once

#include <chrono>
#include <functional>

namespace inferno::server {

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

}  // namespace inferno::server
