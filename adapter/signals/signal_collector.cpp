#include "adapter/signals/signal_collector.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>

#include "adapter/signals/concurrently.hpp"

namespace inferno::signals {

namespace asio = boost::asio;

namespace {

constexpr Duration until_rung = std::chrono::hours{24};
constexpr Duration release_interval = std::chrono::minutes{10};

SignalOptions checked(const SignalOptions& options) {
  const std::vector<std::string> problems = options.problems();
  if (!problems.empty()) throw std::invalid_argument("signal options: " + problems.front());
  return options;
}

}  // namespace

SignalCollector::SignalCollector(const asio::any_io_executor& executor, const SignalOptions& options, Clients clients,
                                 const Clock& clock, const ClusterSource& cluster, ::prometheus::Registry& registry)
    : executor_(executor),
      clock_(clock),
      cluster_(cluster),
      context_(checked(options), clock, clients.refresh, registry),
      schedule_(context_.options),
      samples_(context_),
      activity_(context_),
      learned_(context_),
      capacity_(context_),
      wake_(clients.wake, context_.expressions, context_.options, context_.clock, context_.telemetry),
      gateways_(context_.options.wake_max_age),
      refresh_bell_(executor),
      history_bell_(executor),
      wake_bell_(executor),
      stop_bell_(executor),
      last_asked_(TimePoint::min().time_since_epoch().count()) {}

// ---- from any thread

std::shared_ptr<const FleetSignals> SignalCollector::current() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

bool SignalCollector::worth_waiting() const {
  const bool ahead = note_asked();
  if (stopping_ || !too_old()) return false;
  if (!ahead) return true;
  // While somebody asks, refreshes run ahead and a newer snapshot comes by itself, however slow or broken Prometheus
  // is; who waited would only hold up others. Older than this it is from before anybody asked, and so is a failure.
  return age().value_or(Duration::max()) > context_.options.ask_memory && !failed_lately();
}

asio::awaitable<void> SignalCollector::refresh_if_old() {
  note_asked();
  if (!too_old() || stopping_) co_return;
  const asio::any_io_executor mine = co_await asio::this_coro::executor;
  const std::shared_ptr<server::SharedFlight::Ticket> ticket = flight_.board(mine);
  asio::post(executor_, [this] { refresh_bell_.ring(); });
  co_await server::SharedFlight::landing(ticket);
}

std::optional<std::string> SignalCollector::last_failure() const {
  const std::lock_guard lock(mutex_);
  return last_failure_;
}

std::optional<Duration> SignalCollector::age() const {
  const std::lock_guard lock(mutex_);
  if (!published_) return std::nullopt;
  return clock_.now() + Duration{clock_correction_} - published_->as_of();
}

bool SignalCollector::too_old() const {
  const TimePoint now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (no_attempt_before_ && now < *no_attempt_before_) return false;
  return schedule_.due(now + Duration{clock_correction_},
                       published_ ? std::optional<TimePoint>(published_->as_of()) : std::nullopt);
}

bool SignalCollector::failed_lately() const {
  const TimePoint now = clock_.now();
  const std::lock_guard lock(mutex_);
  return no_attempt_before_ && now - *no_attempt_before_ < context_.options.ask_memory;
}

bool SignalCollector::note_asked() const {
  const Duration::rep now = clock_.now().time_since_epoch().count();
  const Duration::rep before = last_asked_.exchange(now);
  if (before > now - context_.options.ask_memory.count()) return true;
  asio::post(executor_, [this] {
    refresh_bell_.ring();
    wake_bell_.ring();
  });
  return false;
}

bool SignalCollector::asked_lately() const {
  return last_asked_ > (clock_.now() - context_.options.ask_memory).time_since_epoch().count();
}

void SignalCollector::stop() {
  stopping_ = true;
  asio::post(executor_, [this] { stop_bell_.ring(); });
}

// ---- on the executor

asio::awaitable<void> SignalCollector::run() {
  std::vector<asio::awaitable<void>> loops;
  loops.push_back(refresh_ahead());
  loops.push_back(read_history());
  loops.push_back(watch_wake());
  loops.push_back(until_stopped());
  try {
    co_await run_together(std::move(loops));
  } catch (const boost::system::system_error&) {
    if (!stopping_) throw;
  }
  flight_.land();
}

asio::awaitable<void> SignalCollector::until_stopped() {
  while (!stopping_) co_await stop_bell_.wait(until_rung);
  throw boost::system::system_error(asio::error::operation_aborted);
}

std::optional<Duration> SignalCollector::until_next_refresh() const {
  if (!asked_lately()) return std::nullopt;
  const TimePoint now = clock_.now();
  if (retry_at_ && now < *retry_at_) return *retry_at_ - now;
  return schedule_.until_due(context_.clock.now(), as_of_);
}

asio::awaitable<void> SignalCollector::refresh_ahead() {
  for (;;) {
    const std::optional<Duration> wait = until_next_refresh();
    if (wait == Duration::zero()) {
      co_await refresh();
      flight_.land();
    } else {
      flight_.land();  // whoever came in the meantime has what there is
      co_await refresh_bell_.wait(wait.value_or(until_rung));
    }
  }
}

asio::awaitable<void> SignalCollector::read_history() {
  for (;;) {
    co_await history_bell_.wait(until_rung);
    bool answered = true;
    if (activity_.missing_steps() > context_.steps_in_passing()) {
      while (answered && !activity_.busy() && activity_.missing_steps() > 0) answered = co_await activity_.extend();
      publish();
    }
    if (learned_.missing_steps() > context_.steps_in_passing()) {
      while (answered && !learned_.busy() && learned_.missing_steps() > 0) answered = co_await learned_.extend();
      publish();
    }
    // After a failure the next refresh, which rings, leads to the next attempt.
  }
}

asio::awaitable<void> SignalCollector::watch_wake() {
  for (;;) {
    if (!asked_lately()) {
      co_await wake_bell_.wait(until_rung);
      continue;
    }
    const TimePoint started = clock_.now();
    const std::shared_ptr<const WakeState> before = wake_.state();
    const bool answered = co_await wake_.refresh();
    clock_correction_ = context_.clock.correction().count();
    if (answered && as_of_) publish(!before || before->models != wake_.state()->models);
    // No query takes longer than its deadline; the clock may have been put right.
    const Duration taken = std::clamp(clock_.now() - started, Duration::zero(), context_.options.history_deadline);
    // Prometheus has other things to do: at most half of the time is for this.
    co_await wake_bell_.wait(std::max(context_.options.wake_max_age - taken, taken));
  }
}

void SignalCollector::observe_gateways(std::optional<GatewayQueues> queues) {
  const bool worth_telling = gateways_.update(std::move(queues), context_.clock.now());
  if (as_of_) publish(worth_telling);
}

void SignalCollector::use_newest_layout() {
  std::shared_ptr<const ClusterState> state = cluster_.current();
  if (!state || state == state_) return;
  context_.rows.use(std::make_shared<const FleetLayout>(*state));
  state_ = std::move(state);  // only now: the layout before looks into the state before
}

// Where the first answer shows that the clocks differ, its steps were the wrong ones.
asio::awaitable<std::optional<TimePoint>> SignalCollector::refresh_samples() {
  for (;;) {
    const Duration correction = context_.clock.correction();
    const TimePoint newest = schedule_.newest_step(context_.clock.now());
    const bool answered = co_await samples_.refresh(newest);
    clock_correction_ = context_.clock.correction().count();
    if (context_.clock.correction() != correction && answered) continue;
    co_return answered ? std::optional(newest) : std::nullopt;
  }
}

asio::awaitable<void> SignalCollector::refresh() {
  const auto started = std::chrono::steady_clock::now();
  use_newest_layout();
  const std::optional<TimePoint> newest = co_await refresh_samples();
  if (!newest) {
    retry_at_ = clock_.now() + context_.options.retry_delay;
    const std::lock_guard lock(mutex_);
    last_failure_ = samples_.failures().cause;
    no_attempt_before_ = retry_at_;
  } else {
    retry_at_.reset();
    const bool first = [this] {
      const std::lock_guard lock(mutex_);
      last_failure_.reset();
      no_attempt_before_.reset();
      return published_ == nullptr;
    }();
    if (first) {  // sizing need not wait for history
      show_samples(*newest);
      publish();
    }
    co_await follow_in_passing(*newest);
    release_unused_rows();
    show_samples(*newest);  // not before what belongs to them is known: the wake query publishes at any time
    publish();
    history_bell_.ring();
  }
  context_.telemetry.refreshed(std::chrono::steady_clock::now() - started);
}

void SignalCollector::show_samples(TimePoint as_of) {
  as_of_ = as_of;
  frames_ = samples_.window().frames();
}

// What is only a few steps behind; the rest is read in the background.
asio::awaitable<void> SignalCollector::follow_in_passing(TimePoint as_of) {
  const TimePoint newest = align_down(as_of - context_.options.history_delay(), context_.options.flow_interval);
  const std::size_t in_passing = context_.steps_in_passing();
  note_unseen_models();
  activity_.plan(newest);
  learned_.plan(newest);
  while (!activity_.busy() && activity_.missing_steps() > 0 && activity_.missing_steps() <= in_passing) {
    const bool answered = co_await activity_.extend();
    if (!answered) break;
  }
  while (!learned_.busy() && learned_.missing_steps() > 0 && learned_.missing_steps() <= in_passing) {
    const bool answered = co_await learned_.extend();
    if (!answered) break;
  }
  if (capacity_.due(as_of)) co_await capacity_.refresh(as_of);
}

void SignalCollector::note_unseen_models() {
  std::vector<bool> unseen(context_.rows.rows().table().size(), false);
  std::vector<std::string> namespaces;
  for (const FleetLayout::ModelEntry& model : context_.rows.layout().models()) {
    if (!model.has_ready_replicas) continue;
    const auto row = context_.rows.rows().table().find(
        {.namespace_name = model.key.namespace_name, .model_id = model.key.model_id, .target = {}});
    if (!row || samples_.reports(*row)) continue;
    unseen[*row] = true;
    // Models come in order of namespace.
    if (namespaces.empty() || namespaces.back() != model.key.namespace_name)
      namespaces.push_back(model.key.namespace_name);
  }
  activity_.set_unseen(std::move(unseen), std::move(namespaces));
}

void SignalCollector::release_unused_rows() {
  RowInterner& rows = context_.rows.rows();
  const bool refused = rows.take_refused() > 0;
  if (refused && !warned_of_refused_rows_) {
    spdlog::warn(
        "Prometheus has series of more than {} models without a VariantAutoscaling; the signals of further ones are "
        "not kept. A namespace "
        "restriction or further label matchers keep them out",
        context_.options.max_foreign_rows);
  }
  warned_of_refused_rows_ = refused;
  context_.telemetry.rows_in_use(rows.table().used());

  if (clock_.now() - released_at_ < release_interval || activity_.busy() || learned_.busy()) return;
  released_at_ = clock_.now();
  const std::vector<bool> known = context_.rows.known_rows();
  const std::vector<Row> released = rows.release([&](Row row) {
    return !(row < known.size() && known[row]) && samples_.window().empty(row) && activity_.silent(row) &&
           learned_.silent(row);
  });
  if (released.empty()) return;
  activity_.forget(released);
  learned_.forget(released);
}

void SignalCollector::publish(bool notify) {
  FleetSnapshot::Parts parts{.as_of = *as_of_,
                             .rows = context_.rows.rows().share(),
                             .frames = frames_,
                             .activity = activity_.ledger(),
                             .learned = learned_.table(),
                             .kv_tokens = capacity_.kv_tokens(),
                             .wake = wake_.state(),
                             .gateways = gateways_.state(),
                             .failures = samples_.failures(),
                             .variant_failures = samples_.variant_failures(),
                             .partial = samples_.partial() || activity_.partial()};
  if (const std::string problem = activity_.problem(); !problem.empty()) parts.failures.add(Signal::activity, problem);
  auto snapshot = std::make_shared<const FleetSnapshot>(context_.options, std::move(parts));
  {
    const std::lock_guard lock(mutex_);
    published_ = std::move(snapshot);
  }
  if (notify && listener_) listener_();
}

}  // namespace inferno::signals
