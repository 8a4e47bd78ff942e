// Runs a coroutine that needs no other to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

namespace inferno::testing {

template <class T>
T await(boost::asio::awaitable<T> coroutine) {
  boost::asio::io_context context;
  auto result = boost::asio::co_spawn(context, std::move(coroutine), boost::asio::use_future);
  context.run();
  return result.get();
}

}  // namespace inferno::testing
