#include "adapter/async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <utility>

namespace inferno {

namespace asio = boost::asio;

struct TaskGroup::Running {
  asio::cancellation_signal cancel;
  bool is_cancelled = false;
};

TaskGroup::TaskGroup(const asio::any_io_executor& executor) : executor_(executor), all_ended_(executor) {}
TaskGroup::~TaskGroup() = default;

void TaskGroup::Task::cancel() {
  const std::shared_ptr<Running> running = running_.lock();
  if (!running || running->is_cancelled) return;
  running->is_cancelled = true;
  running->cancel.emit(asio::cancellation_type::terminal);
}

TaskGroup::Task TaskGroup::spawn(asio::awaitable<void> coroutine) {
  auto running = std::make_shared<Running>();
  running_.push_back(running);
  asio::co_spawn(
      executor_, std::move(coroutine),
      asio::bind_cancellation_slot(running->cancel.slot(),
                                   [this, running](const std::exception_ptr& failure) { ended(running, failure); }));
  return Task(running);
}

void TaskGroup::ended(const std::shared_ptr<Running>& running, const std::exception_ptr& failure) {
  running_.remove(running);
  // Whatever ends a cancelled coroutine is how it was cancelled.
  if (failure && !running->is_cancelled && !failure_) {
    failure_ = failure;
    if (bell_ != nullptr) bell_->ring();
  }
  if (running_.empty()) all_ended_.ring();
}

void TaskGroup::check() const {
  if (failure_) std::rethrow_exception(failure_);
}

asio::awaitable<void> TaskGroup::stop() {
  const std::list<std::shared_ptr<Running>> running = running_;  // one may end while the next is told to
  for (const std::shared_ptr<Running>& one : running) Task(one).cancel();
  while (!running_.empty()) co_await all_ended_.wait(std::chrono::minutes{1});
}

}  // namespace inferno
