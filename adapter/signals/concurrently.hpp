// Runs several jobs with a few of them under way at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <vector>

namespace inferno::signals {

using Job = std::function<boost::asio::awaitable<void>()>;

// Returns when all have ended. A job that throws, or cancellation, ends the others that are under way. `jobs` must
// outlive the call.
boost::asio::awaitable<void> run_concurrently(const std::vector<Job>& jobs);

}  // namespace inferno::signals
