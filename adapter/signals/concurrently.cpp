#include "adapter/signals/concurrently.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <exception>
#include <utility>

namespace inferno::signals {

namespace asio = boost::asio;

namespace {

constexpr std::size_t workers = 4;

// Notes which exception came first: those that follow only tell that the others were ended.
asio::awaitable<void> noting(asio::awaitable<void> work, std::exception_ptr& first) {
  try {
    co_await std::move(work);
  } catch (...) {
    if (!first) first = std::current_exception();
    throw;
  }
}

// `next` is shared by the workers; they run on one executor.
asio::awaitable<void> work_off(const std::vector<Job>& jobs, std::size_t& next) {
  while (next < jobs.size()) {
    const std::size_t mine = next++;
    co_await jobs[mine]();
  }
}

}  // namespace

asio::awaitable<void> run_together(std::vector<asio::awaitable<void>> works) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::exception_ptr first;
  using Spawned = decltype(asio::co_spawn(executor, noting(std::move(works.front()), first), asio::deferred));
  std::vector<Spawned> spawned;
  spawned.reserve(works.size());
  for (asio::awaitable<void>& work : works) {
    spawned.push_back(asio::co_spawn(executor, noting(std::move(work), first), asio::deferred));
  }
  auto group = asio::experimental::make_parallel_group(std::move(spawned));
  co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
  if (first) std::rethrow_exception(first);
}

asio::awaitable<void> run_concurrently(const std::vector<Job>& jobs) {
  std::size_t next = 0;
  std::vector<asio::awaitable<void>> works;
  for (std::size_t i = 0; i < workers && i < jobs.size(); ++i) works.push_back(work_off(jobs, next));
  if (works.empty()) co_return;
  co_await run_together(std::move(works));
}

}  // namespace inferno::signals
