// One replica of the adapter: the collector, the decision service and the metrics provider as the program puts them
// together, on a loop of its own.
#pragma once

#include <prometheus/registry.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "adapter/provider/adapter_metrics_provider.hpp"
#include "adapter/provider/decision_service.hpp"
#include "adapter/signals/signal_collector.hpp"
#include "tests/schedules/simulated_cluster.hpp"
#include "tests/schedules/simulated_prometheus.hpp"
#include "tests/schedules/virtual_time.hpp"

namespace inferno::schedules {

struct SimulatedClock final : Clock {
  TimePoint time;
  [[nodiscard]] TimePoint now() const override { return time; }
};

struct AdapterSettings {
  signals::SignalOptions signals;
  DecisionSettings decision;
  ProviderOptions provider;
};

// What the HPA got to see.
struct Answer {
  TimePoint asked;
  std::optional<double> replicas;  // nothing: an error
  std::string error;
};

class Replica {
 public:
  struct World {
    const Fleet& fleet;
    const SimulatedCluster& cluster;
    const SimulatedClock& clock;
    const QueryFaults& faults;
    Random& random;
    GridTiming timing;  // what the fleet's series mean
    BackendTraits traits;
  };
  using BoardListener = std::function<void(const DecisionBoard&)>;
  using AnswerListener = std::function<void(const Answer&)>;

  Replica(std::string name, const World& world, const AdapterSettings& settings, BoardListener on_board);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;
  Replica(Replica&&) = delete;
  Replica& operator=(Replica&&) = delete;

  // The cluster's objects as they are now arrive.
  void see_cluster();
  void ask(const std::string& namespace_name, const std::string& variant, AnswerListener listener);
  void run_due() { loop_.run_due(); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] TimePoint started() const { return started_; }
  // Since when it reads signals: not before somebody asks.
  [[nodiscard]] TimePoint reads_since() const { return refresh_.first_answer().value_or(TimePoint::max()); }
  [[nodiscard]] const ClusterView& cluster() const { return view_; }
  [[nodiscard]] std::shared_ptr<const DecisionBoard> board() const { return decisions_.board(); }
  [[nodiscard]] std::string unknown_query() const;
  [[nodiscard]] const DecisionSettings& settings() const { return decisions_.settings(); }
  // When Prometheus last answered any query of a refresh well.
  [[nodiscard]] std::optional<TimePoint> last_answer() const { return refresh_.last_answer(); }

 private:
  void spawn(boost::asio::awaitable<void> task);
  boost::asio::awaitable<void> answer(std::string namespace_name, std::string variant, AnswerListener listener);

  std::string name_;
  World world_;
  TimePoint started_;
  boost::asio::io_context context_{1};
  VirtualLoop loop_{context_};
  ::prometheus::Registry registry_;
  ClusterView view_;
  SimulatedPrometheus refresh_;
  SimulatedPrometheus wake_;
  signals::SignalCollector collector_;
  DecisionService decisions_;
  AdapterMetricsProvider provider_;
  boost::asio::cancellation_signal cancel_;
  bool stopping_ = false;
  std::size_t running_ = 0;
};

}  // namespace inferno::schedules
