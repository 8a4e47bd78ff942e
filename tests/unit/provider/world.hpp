// A cluster, a Prometheus and a clock that a test sets by hand, with the decision service and the provider on top.
#pragma once

#include <prometheus/registry.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapter/provider/adapter_metrics_provider.hpp"

namespace inferno::testing {

inline constexpr TimePoint start{std::chrono::seconds{1'700'000'010}};

struct FakeClock final : Clock {
  TimePoint time = start;
  [[nodiscard]] TimePoint now() const override { return time; }
};

struct FakeCluster final : ClusterSource {
  std::shared_ptr<const ClusterState> state;
  [[nodiscard]] std::shared_ptr<const ClusterState> current() const override { return state; }
  [[nodiscard]] std::optional<std::string> problem() const override { return std::nullopt; }
  void on_change(std::function<void()> /*listener*/) override {}
};

// Models not in `by_model` are quiet.
struct FakeSnapshot final : FleetSignals {
  TimePoint time = start;
  std::map<std::string, GridSample> by_model;  // what each target reports, and the gateway
  std::map<std::string, std::vector<std::string>> pods_of_others;
  [[nodiscard]] TimePoint as_of() const override { return time; }
  [[nodiscard]] std::shared_ptr<const BoundSignals> bind(const ClusterState& state) const override;
  [[nodiscard]] ModelSignals gather(const Model& model) const;
};

struct FakeSignals final : SignalSource {
  std::shared_ptr<const FakeSnapshot> snapshot;
  std::optional<std::string> failure;
  Duration correction{0};
  bool old = false;
  std::function<void()> on_refresh;
  int refreshes = 0;
  mutable int asked = 0;
  [[nodiscard]] std::shared_ptr<const FleetSignals> current() const override { return snapshot; }
  boost::asio::awaitable<void> refresh_if_old() override {
    ++refreshes;
    if (on_refresh) on_refresh();
    co_return;
  }
  [[nodiscard]] bool worth_waiting() const override {
    ++asked;
    return old;
  }
  [[nodiscard]] std::optional<std::string> last_failure() const override { return failure; }
  [[nodiscard]] Duration clock_correction() const override { return correction; }
};

class World {
 public:
  explicit World(ProviderOptions options = {});

  // A healthy variant `name` of a model of the same name in namespace `llm`.
  static Variant variant(const std::string& name, std::int32_t replicas);
  void publish(std::vector<Variant> variants);  // replaces the cluster state and decides anew
  void load(const std::string& model, GridSample sample);
  void pods_of_others(const std::string& model, std::vector<std::string> controllers);

  template <class T>
  T run(boost::asio::awaitable<T> task) {
    auto result = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
    context.restart();
    context.run();
    return result.get();
  }

  boost::asio::io_context context;
  FakeClock clock;
  FakeCluster cluster;
  FakeSignals signals;
  std::map<std::string, std::string> scale_to_zero;
  prometheus::Registry registry;
  DecisionService decisions;
  AdapterMetricsProvider provider;
};

}  // namespace inferno::testing
