// Coroutines that run beside each other on one executor, and none of which is lost: the first that fails makes check()
// throw, and stop() ends all and waits for their end. One executor; not thread safe.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <exception>
#include <list>
#include <memory>

#include "adapter/async/bell.hpp"

namespace inferno {

class TaskGroup {
 private:
  struct Running;

 public:
  explicit TaskGroup(const boost::asio::any_io_executor& executor);
  // All have ended: after stop(), or because the executor will never run again.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  TaskGroup(TaskGroup&&) = delete;
  TaskGroup& operator=(TaskGroup&&) = delete;

  // Cancels its coroutine when it goes; the coroutine ends soon after, so it must own what it uses.
  class Task {
   public:
    Task() = default;
    explicit Task(std::weak_ptr<Running> running) : running_(std::move(running)) {}
    ~Task() { cancel(); }
    Task(Task&&) noexcept = default;
    Task& operator=(Task&& other) noexcept {
      if (this != &other) cancel();
      running_ = std::move(other.running_);
      return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    void cancel();

   private:
    std::weak_ptr<Running> running_;
  };

  [[nodiscard]] Task spawn(boost::asio::awaitable<void> coroutine);

  // Rings when a coroutine has failed; check() then throws what it threw.
  void ring_on_failure(Bell& bell) { bell_ = &bell; }
  void check() const;

  // Cancels all and returns when all have ended. What they throw then is of no interest.
  boost::asio::awaitable<void> stop();

 private:
  void ended(const std::shared_ptr<Running>& running, const std::exception_ptr& failure);

  boost::asio::any_io_executor executor_;
  std::list<std::shared_ptr<Running>> running_;
  std::exception_ptr failure_;
  Bell* bell_ = nullptr;
  Bell all_ended_;
};

}  // namespace inferno
