// Everything that has been read of the fleet, and reading it: the sample window, the idle history, the calibration, and
// what is asked on demand. When to read is the collector's to say. One thread: the executor's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/fleet_snapshot.hpp"
#include "adapter/signals/idle_reader.hpp"
#include "adapter/signals/nobodys_names.hpp"
#include "adapter/signals/prometheus_clock.hpp"
#include "adapter/signals/query_runner.hpp"
#include "adapter/signals/sample_window.hpp"
#include "adapter/signals/wake_state.hpp"

namespace inferno::signals {

// Of the query "wake": who waits at gateways.
class WakeVisitor final : public prometheus::SeriesVisitor {
 public:
  WakeVisitor(WakeState& state, const GatewaySeries& series) : state_(state), series_(series) {}
  void on_series(Labels labels) override;
  void on_sample(TimePoint time, double value) override;

 private:
  WakeState& state_;
  const GatewaySeries& series_;
  WakeDemand* demand_ = nullptr;
  bool WakeDemand::* seen_ = nullptr;  // null: the queue
};

// Of the query "cache_blocks": tokens that the KV cache of a pod holds; of the pods of one owner the largest, since
// they are alike but for a rollout.
class KvTokensVisitor final : public prometheus::SeriesVisitor {
 public:
  explicit KvTokensVisitor(KvTokens& tokens) : tokens_(tokens) {}
  void on_series(Labels labels) override;
  void on_sample(TimePoint time, double engines) override;

 private:
  KvTokens& tokens_;
  OwnerName owner_;
  double engine_tokens_ = 0;
};

// Of the query "sightings".
class SightingsVisitor final : public prometheus::SeriesVisitor {
 public:
  SightingsVisitor(Sightings& sightings, std::string_view up) : sightings_(sightings), up_(up) {}
  void on_series(Labels labels) override;
  void on_sample(TimePoint time, double value) override;

 private:
  Sightings& sightings_;
  std::string_view up_;
  Sighting* sighting_ = nullptr;
  bool is_up_ = false;
};

class SignalReader {
 public:
  // Everything must outlive the reader. `wake_client` has a connection of its own.
  SignalReader(const SignalOptions& options, const Clock& local_clock, prometheus::RangeQueryClient& client,
               prometheus::RangeQueryClient& wake_client, ::prometheus::Registry& registry);

  void use(std::shared_ptr<const ClusterState> state);

  // Asks for the steps up to `newest` that are missing; each query has progress of its own. False when all failed.
  boost::asio::awaitable<bool> read_samples(TimePoint newest);
  [[nodiscard]] const SampleWindow& window() const { return window_; }
  [[nodiscard]] const QueryFailures& failures() const { return failures_; }

  // What has to be read in order to know everything up to `newest`, on the flow grid.
  void plan(TimePoint newest);
  [[nodiscard]] IdleReader& idle() { return idle_; }
  [[nodiscard]] std::size_t missing_calibration_steps() const;
  [[nodiscard]] bool is_calibrating() const { return is_calibrating_; }
  boost::asio::awaitable<bool> calibrate();  // one piece; false when a query failed

  // What is asked for now and then, and only where it matters: how many tokens a replica's KV cache holds where a model
  // has several variants, and what the pods of targets without series show.
  boost::asio::awaitable<void> read_on_demand(TimePoint as_of);

  // Who waits for a model at zero: asked only while there is one. False when the query failed: what was known stays,
  // with its time.
  boost::asio::awaitable<bool> read_wake(const ClusterState& state);
  [[nodiscard]] const std::shared_ptr<const WakeState>& wake() const { return wake_; }

  // Warns once of names that gateways are asked for and no model has.
  void look_for_nobodys_names();
  void look_for_nobodys_names(const GatewayDemand& demand);

  // Rows of which nothing is known any more are given to others, every now and then.
  void release_unused_rows(TimePoint now);

  // With the samples of `frames`, the newest of which are as of `as_of`.
  [[nodiscard]] FleetSnapshot::Parts parts(TimePoint as_of, FrameList frames,
                                           std::shared_ptr<const WakeState> gateways) const;

  // How many steps a refresh reads in passing; what is further behind is read in the background.
  [[nodiscard]] std::size_t steps_in_passing() const { return runner_.steps_per_request(); }
  [[nodiscard]] const SignalOptions& options() const { return options_; }
  [[nodiscard]] const PrometheusClock& clock() const { return clock_; }
  [[nodiscard]] Telemetry& telemetry() { return telemetry_; }

 private:
  [[nodiscard]] GridRange calibration_range() const;
  void skip_empty_calibrations();
  boost::asio::awaitable<void> read_kv_tokens(TimePoint as_of);
  boost::asio::awaitable<void> read_sightings(TimePoint as_of);
  // Namespaces of targets with ready replicas none of which reports.
  [[nodiscard]] std::vector<std::string> silent_namespaces() const;
  [[nodiscard]] Scope scope_of(std::vector<std::string> namespaces) const;
  void tell_of_nobodys_names();

  const SignalOptions options_;
  const QueryTable queries_;
  prometheus::RangeQueryClient& wake_client_;
  PrometheusClock clock_;
  RowInterner rows_;
  Telemetry telemetry_;
  QueryRunner runner_;

  std::shared_ptr<const ClusterState> state_;
  EngineSet engines_;                             // that targets run
  bool lacks_engines_ = false;                    // samples were read without some of them
  bool has_prefill_ = false;                      // some target hands its requests over to another
  std::vector<std::string> compared_namespaces_;  // where a model has several variants; sorted

  SampleWindow window_;
  std::vector<Reading> samples_;
  QueryFailures failures_;

  IdleReader idle_;

  std::vector<Reading> calibrations_;
  std::shared_ptr<const Calibration> calibration_;
  TimePoint newest_;  // on the flow grid
  bool is_calibrating_ = false;

  std::shared_ptr<const KvTokens> kv_tokens_ = std::make_shared<const KvTokens>();
  std::optional<TimePoint> kv_tokens_of_;
  std::vector<std::string> kv_namespaces_;
  std::shared_ptr<const Sightings> sightings_ = std::make_shared<const Sightings>();
  std::optional<TimePoint> sighted_at_;
  Duration sighting_pause_{};

  std::shared_ptr<const WakeState> wake_;
  NobodysNames nobodys_names_;
  std::shared_ptr<const RowTable> searched_;  // for such names
  TimePoint released_at_;
  bool warned_of_refused_rows_ = false;
};

}  // namespace inferno::signals
