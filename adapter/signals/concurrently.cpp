#include "adapter/signals/concurrently.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cstddef>

namespace inferno::signals {
namespace {

// `next` is shared by the workers; they run on one executor.
boost::asio::awaitable<void> work(const std::vector<Job>& jobs, std::size_t& next) {
  while (next < jobs.size()) {
    const std::size_t mine = next++;
    co_await jobs[mine]();
  }
}

}  // namespace

boost::asio::awaitable<void> run_concurrently(const std::vector<Job>& jobs) {
  using namespace boost::asio::experimental::awaitable_operators;
  std::size_t next = 0;
  auto workers = work(jobs, next) && work(jobs, next) && work(jobs, next) && work(jobs, next);
  co_await std::move(workers);
}

}  // namespace inferno::signals
