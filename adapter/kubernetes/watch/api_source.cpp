#include "adapter/kubernetes/watch/api_source.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>

namespace inferno::kubernetes {
namespace {

namespace asio = boost::asio;

// Publishing, with all that follows from it, may take up to a fifth of the executor's time.
constexpr int rest_per_work = 4;

asio::awaitable<void> sleep_for(Duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

ApiSource::ApiSource(const asio::any_io_executor& executor, ApiClient& client, ClusterSettings settings,
                     const Clock& clock, Timing timing)
    : client_(client),
      settings_(std::move(settings)),
      clock_(clock),
      timing_(timing),
      assembler_(settings_),
      bell_(executor),
      tasks_(executor),
      resolver_(client) {
  tasks_.ring_on_failure(bell_);
}

ApiSource::~ApiSource() = default;

asio::awaitable<void> ApiSource::run() {
  std::exception_ptr end;
  try {
    co_await follow();
  } catch (...) {
    end = std::current_exception();
  }
  // What was started goes first, also where this coroutine is cancelled.
  const asio::disable_cancellation not_again;
  co_await asio::this_coro::reset_cancellation_state(not_again);
  watches_.reset();
  co_await tasks_.stop();
  std::rethrow_exception(end);
}

asio::awaitable<void> ApiSource::follow() {
  const WatchContext context{.tasks = tasks_,
                             .client = client_,
                             .resolver = resolver_,
                             .namespace_name = settings_.watch_namespace,
                             .timing = timing_.reflector};
  watches_ = std::make_unique<ClusterWatches>(context, settings_, timing_.patience, [this] {
    is_changed_ = true;
    bell_.ring();
  });
  Duration pause = timing_.gather;
  while (true) {
    co_await bell_.wait(timing_.look);
    tasks_.check();
    if (is_changed_) co_await sleep_for(pause);
    watches_->update();
    note_problems();
    const bool is_ready = current_.load() != nullptr || watches_->is_complete();
    if (!is_changed_ || !is_ready) continue;
    const auto start = std::chrono::steady_clock::now();
    publish();
    const auto taken = std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - start);
    pause = std::max(timing_.gather, taken * rest_per_work);
  }
}

void ApiSource::note_problems() {
  problems_.begin();
  watches_->report(problems_);
  problems_.end(clock_.now());
  broken_.update(problems_.broken());
  auto text = problems_.text();
  const std::scoped_lock lock(mutex_);
  problem_ = std::move(text);
}

void ApiSource::publish() {
  is_changed_ = false;
  const bool is_first = current_.load() == nullptr;
  auto state = assembler_.assemble(watches_->objects(), clock_.now());
  spdlog::log(is_first ? spdlog::level::info : spdlog::level::debug, "cluster state: {} variants of {} models",
              state->variants().size(), state->models().size());
  current_.store(std::move(state));
  if (listener_) listener_();
}

std::optional<std::string> ApiSource::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

}  // namespace inferno::kubernetes
