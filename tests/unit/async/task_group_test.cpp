#include "adapter/async/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferno {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class TaskGroupTest : public testing::Test {
 protected:
  asio::awaitable<void> forever(std::string name) {
    struct End {
      TaskGroupTest& test;
      std::string name;
      ~End() { test.ended_.push_back(name); }
    };
    const End end{.test = *this, .name = std::move(name)};
    asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
  }
  static asio::awaitable<void> fail() {
    asio::steady_timer timer(co_await asio::this_coro::executor, 0s);
    co_await timer.async_wait(asio::use_awaitable);
    throw std::logic_error("a defect");
  }
  void run(asio::awaitable<void> coroutine) {
    std::exception_ptr failure;
    asio::co_spawn(context_, std::move(coroutine), [&failure](std::exception_ptr end) { failure = std::move(end); });
    context_.restart();
    context_.run();
    if (failure) std::rethrow_exception(failure);
  }

  asio::io_context context_;
  TaskGroup group_{context_.get_executor()};
  std::vector<std::string> ended_;
};

TEST_F(TaskGroupTest, StopEndsAllAndWaitsForThem) {
  const TaskGroup::Task a = group_.spawn(forever("a"));
  const TaskGroup::Task b = group_.spawn(forever("b"));
  context_.poll();
  EXPECT_THAT(ended_, testing::IsEmpty());
  run(group_.stop());
  EXPECT_THAT(ended_, testing::UnorderedElementsAre("a", "b"));
  EXPECT_NO_THROW(group_.check()) << "that they were cancelled is no failure";
}

TEST_F(TaskGroupTest, ATaskEndsWithItsHandle) {
  const TaskGroup::Task a = group_.spawn(forever("a"));
  {
    const TaskGroup::Task b = group_.spawn(forever("b"));
    context_.poll();
  }
  context_.poll();
  EXPECT_THAT(ended_, testing::ElementsAre("b"));
  run(group_.stop());
}

TEST_F(TaskGroupTest, AFailureIsToldAndRingsTheBell) {
  Bell bell(context_.get_executor());
  group_.ring_on_failure(bell);
  const TaskGroup::Task task = group_.spawn(fail());
  run(bell.wait(1h));
  EXPECT_THROW(group_.check(), std::logic_error);
  run(group_.stop());
}

TEST_F(TaskGroupTest, NothingToStopIsStopped) {
  run(group_.stop());
}

}  // namespace
}  // namespace inferno
