#include "adapter/signals/signal_collector.hpp"

#include <prometheus/metric_family.h>
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
      reader_(checked(options), clock, clients.refresh, clients.wake, registry),
      schedule_(reader_.options()),
      gateways_(reader_.options().wake_max_age),
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
  return age().value_or(Duration::max()) > reader_.options().ask_memory && !failed_lately();
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
  return no_attempt_before_ && now - *no_attempt_before_ < reader_.options().ask_memory;
}

bool SignalCollector::note_asked() const {
  const Duration::rep now = clock_.now().time_since_epoch().count();
  const Duration::rep before = last_asked_.exchange(now);
  if (before > now - reader_.options().ask_memory.count()) return true;
  asio::post(executor_, [this] {
    refresh_bell_.ring();
    wake_bell_.ring();
  });
  return false;
}

bool SignalCollector::asked_lately() const {
  return last_asked_ > (clock_.now() - reader_.options().ask_memory).time_since_epoch().count();
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
  return schedule_.until_due(reader_.clock().now(), as_of_);
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
    IdleReader& idle = reader_.idle();
    bool answered = true;
    if (idle.missing_steps() > reader_.steps_in_passing()) {
      while (answered && !idle.is_reading() && idle.missing_steps() > 0) answered = co_await idle.extend();
      publish();
    }
    if (reader_.missing_calibration_steps() > reader_.steps_in_passing()) {
      while (answered && !reader_.is_calibrating() && reader_.missing_calibration_steps() > 0)
        answered = co_await reader_.calibrate();
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
    const std::shared_ptr<const WakeState> before = reader_.wake();
    const std::shared_ptr<const ClusterState> state = cluster_.current();
    const bool answered = state && co_await reader_.read_wake(*state);
    clock_correction_ = reader_.clock().correction().count();
    const auto& after = reader_.wake();
    const bool same = before == after || (before && after && before->models == after->models);
    if (answered && as_of_ && before != after) publish(!same);
    // No query takes longer than its deadline; the clock may have been put right.
    const Duration taken = std::clamp(clock_.now() - started, Duration::zero(), reader_.options().history_deadline);
    // Prometheus has other things to do: at most half of the time is for this.
    co_await wake_bell_.wait(std::max(reader_.options().wake_max_age - taken, taken));
  }
}

void SignalCollector::observe_gateways(const std::optional<GatewayDemand>& demand) {
  if (demand) reader_.look_for_nobodys_names(*demand);
  const bool worth_telling = gateways_.update(demand, reader_.clock().now());
  if (as_of_) publish(worth_telling);
}

// Where the first answer shows that the clocks differ, its steps were the wrong ones.
asio::awaitable<std::optional<TimePoint>> SignalCollector::refresh_samples() {
  for (;;) {
    const Duration correction = reader_.clock().correction();
    const TimePoint newest = schedule_.newest_step(reader_.clock().now());
    const bool answered = co_await reader_.read_samples(newest);
    clock_correction_ = reader_.clock().correction().count();
    if (reader_.clock().correction() != correction && answered) continue;
    co_return answered ? std::optional(newest) : std::nullopt;
  }
}

asio::awaitable<void> SignalCollector::refresh() {
  const auto started = std::chrono::steady_clock::now();
  reader_.use(cluster_.current());
  const std::optional<TimePoint> newest = co_await refresh_samples();
  if (!newest) {
    retry_at_ = clock_.now() + reader_.options().retry_delay;
    const std::lock_guard lock(mutex_);
    last_failure_ = reader_.failures().cause;
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
    reader_.look_for_nobodys_names();
    reader_.release_unused_rows(clock_.now());
    show_samples(*newest);  // not before what belongs to them is known: the wake query publishes at any time
    publish();
    history_bell_.ring();
  }
  reader_.telemetry().refreshed(std::chrono::steady_clock::now() - started);
}

void SignalCollector::show_samples(TimePoint as_of) {
  as_of_ = as_of;
  frames_ = reader_.window().frames();
}

// What is only a few steps behind; the rest is read in the background.
asio::awaitable<void> SignalCollector::follow_in_passing(TimePoint as_of) {
  reader_.plan(align_down(as_of - reader_.options().history_delay(), reader_.options().flow_interval));
  const std::size_t in_passing = reader_.steps_in_passing();
  IdleReader& idle = reader_.idle();
  bool answered = true;
  while (answered && !idle.is_reading() && idle.missing_steps() > 0 && idle.missing_steps() <= in_passing)
    answered = co_await idle.extend();
  answered = true;
  while (answered && !reader_.is_calibrating() && reader_.missing_calibration_steps() > 0 &&
         reader_.missing_calibration_steps() <= in_passing) {
    answered = co_await reader_.calibrate();
  }
  co_await reader_.read_on_demand(as_of);
}

void SignalCollector::publish(bool notify) {
  auto snapshot =
      std::make_shared<const FleetSnapshot>(reader_.options(), reader_.parts(*as_of_, frames_, gateways_.state()));
  {
    const std::lock_guard lock(mutex_);
    published_ = std::move(snapshot);
  }
  if (notify && listener_) listener_();
}

std::vector<::prometheus::MetricFamily> SignalAge::Collect() const {
  ::prometheus::MetricFamily family;
  family.name = "inferno_adapter_signal_age_seconds";
  family.help = "How old the newest signals are, by Prometheus' clock";
  family.type = ::prometheus::MetricType::Gauge;
  if (const std::optional<Duration> age = collector_.age()) {
    ::prometheus::ClientMetric metric;
    metric.gauge.value = std::chrono::duration<double>(*age).count();
    family.metric.push_back(metric);
  }
  return {family};
}

}  // namespace inferno::signals
