// Keeps the signals of the whole fleet fresh and publishes them as immutable snapshots.
//
// All reading and parsing happens on one executor of its own (one thread, or a strand), in three loops that never wait
// for each other: refreshes (a few requests, whatever the number of variants), reading history in the background, and
// the wake query. While somebody asks, refreshes run ahead of expiry, so that a request finds a fresh snapshot; when
// nobody has asked for a while they stop.
#pragma once

#include <prometheus/collectable.h>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapter/async/bell.hpp"
#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/fleet_snapshot.hpp"
#include "adapter/signals/refresh_schedule.hpp"
#include "adapter/signals/signal_reader.hpp"
#include "adapter/signals/signal_source.hpp"
#include "adapter/signals/wake_state.hpp"
#include "adapter/state/cluster_source.hpp"
#include "server/common/shared_flight.hpp"

namespace inferno::signals {

class SignalCollector final : public SignalSource {
 public:
  struct Clients {
    prometheus::RangeQueryClient& refresh;
    prometheus::RangeQueryClient& wake;  // with a connection of its own
  };

  // Everything must outlive the collector; the clients are called on `executor`. Throws std::invalid_argument where
  // options.problems() has something to say.
  SignalCollector(const boost::asio::any_io_executor& executor, const SignalOptions& options, Clients clients,
                  const Clock& clock, const ClusterSource& cluster, ::prometheus::Registry& registry);

  // Spawn it on the executor. Ends after stop(); throws only for a defect.
  boost::asio::awaitable<void> run();
  // Cancels what is under way; whoever waits is resumed. Thread safe.
  void stop();

  [[nodiscard]] std::shared_ptr<const FleetSignals> current() const override;
  [[nodiscard]] bool worth_waiting() const override;
  boost::asio::awaitable<void> refresh_if_old() override;
  [[nodiscard]] std::optional<std::string> last_failure() const override;
  [[nodiscard]] Duration clock_correction() const override { return Duration{clock_correction_}; }

  // What gateways say at this moment, beside what Prometheus says; nothing: none of them answers. On the executor. Does
  // not count as asking.
  void observe_gateways(const std::optional<GatewayDemand>& demand);

  // How old the newest snapshot is by Prometheus' clock; nothing before the first. Thread safe.
  [[nodiscard]] std::optional<Duration> age() const;
  // Called on the executor when a snapshot says more than the one before. Set once, before run().
  void on_publish(std::function<void()> listener) { listener_ = std::move(listener); }

 private:
  boost::asio::awaitable<void> refresh_ahead();
  boost::asio::awaitable<void> read_history();
  boost::asio::awaitable<void> watch_wake();
  boost::asio::awaitable<void> until_stopped();

  boost::asio::awaitable<void> refresh();
  // The newest step that was answered for; nothing where no query was.
  boost::asio::awaitable<std::optional<TimePoint>> refresh_samples();
  void show_samples(TimePoint as_of);
  boost::asio::awaitable<void> follow_in_passing(TimePoint as_of);
  // Without `notify`, whoever asks sees it; nobody is told.
  void publish(bool notify = true);

  // Returns whether somebody had asked lately already, so that refreshes run ahead.
  bool note_asked() const;
  [[nodiscard]] bool asked_lately() const;
  // Nothing: not before somebody asks.
  [[nodiscard]] std::optional<Duration> until_next_refresh() const;
  [[nodiscard]] bool too_old() const;
  // The newest attempt failed, and was made since somebody began to ask.
  [[nodiscard]] bool failed_lately() const;

  boost::asio::any_io_executor executor_;
  const Clock& clock_;
  const ClusterSource& cluster_;
  SignalReader reader_;
  RefreshSchedule schedule_;
  std::function<void()> listener_;

  // On the executor.
  GatewayObservation gateways_;
  mutable Bell refresh_bell_;
  Bell history_bell_;
  mutable Bell wake_bell_;
  Bell stop_bell_;
  FrameList frames_;  // of as_of
  std::optional<TimePoint> as_of_;
  std::optional<TimePoint> retry_at_;  // by the local clock, after a failure

  // From any thread.
  server::SharedFlight flight_;
  std::atomic<bool> stopping_ = false;
  mutable std::atomic<Duration::rep> last_asked_;
  std::atomic<Duration::rep> clock_correction_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const FleetSnapshot> published_;
  std::optional<std::string> last_failure_;
  std::optional<TimePoint> no_attempt_before_;
};

// inferno_adapter_signal_age_seconds, as it is at the moment of the scrape.
class SignalAge final : public ::prometheus::Collectable {
 public:
  explicit SignalAge(const SignalCollector& collector) : collector_(collector) {}
  // No sample before the first snapshot.
  [[nodiscard]] std::vector<::prometheus::MetricFamily> Collect() const override;

 private:
  const SignalCollector& collector_;
};

}  // namespace inferno::signals
