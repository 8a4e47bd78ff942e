#include "adapter/program/memory.hpp"

#include <malloc.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace inferno {
namespace asio = boost::asio;

void tune_allocator() {
  constexpr int arenas = 2;
  constexpr int large_block_bytes = 128 * 1024;
  ::mallopt(M_ARENA_MAX, arenas);  // NOLINT(concurrency-mt-unsafe): no thread has started yet
  // Setting it also keeps the library from raising it, after which large blocks would stay in the heap.
  ::mallopt(M_MMAP_THRESHOLD, large_block_bytes);  // NOLINT(concurrency-mt-unsafe)
}

asio::awaitable<void> release_memory_regularly() {
  constexpr std::chrono::seconds interval{15};
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    ::malloc_trim(0);
    timer.expires_after(interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace inferno
