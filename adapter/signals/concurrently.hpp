// Several pieces of work at a time, on one executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <vector>

namespace inferno::signals {

using Job = std::function<boost::asio::awaitable<void>()>;

// Runs all at the same time, and returns when all have ended. The first that throws ends the others, and its exception
// comes out.
boost::asio::awaitable<void> run_together(std::vector<boost::asio::awaitable<void>> works);

// Returns when all have ended. A job that throws, or cancellation, ends the others that are under way. `jobs` must
// outlive the call.
boost::asio::awaitable<void> run_concurrently(const std::vector<Job>& jobs);

}  // namespace inferno::signals
