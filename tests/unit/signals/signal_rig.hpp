// A collector on an io_context that the test drives, with a clock and a cluster that the test sets.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/signals/signal_collector.hpp"
#include "adapter/state/cluster_source.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::testing {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint now) : now_(now) {}
  [[nodiscard]] TimePoint now() const override { return now_; }
  void set(TimePoint now) { now_ = now; }
  void advance(Duration duration) { now_ += duration; }

 private:
  TimePoint now_;
};

// One VariantAutoscaling and its scale target.
struct VariantSpec {
  std::string namespace_name = "prod";
  std::string model_id = {};
  std::string target = {};  // the model's name where empty
  std::string kind = "Deployment";
  std::string role = {};  // as in the label llm-d.ai/role; empty: none
  std::int32_t replicas = 1;
  std::optional<std::int32_t> ready = {};  // as many as `replicas` where not told
  Engine engine = Engine::vllm;
  std::vector<std::string> served_names = {};
};

// The state of such variants, in which every model may go to zero after `retention_period`.
[[nodiscard]] std::shared_ptr<const ClusterState> make_state(const std::vector<VariantSpec>& variants,
                                                             const std::string& retention_period = "10m",
                                                             PodTable pods = {});

class FakeCluster final : public ClusterSource {
 public:
  void set(const std::vector<VariantSpec>& variants, const std::string& retention_period = "10m") {
    state_ = make_state(variants, retention_period);
  }
  [[nodiscard]] std::shared_ptr<const ClusterState> current() const override { return state_; }
  [[nodiscard]] std::optional<std::string> problem() const override { return std::nullopt; }
  void on_change(std::function<void()> /*listener*/) override {}

 private:
  std::shared_ptr<const ClusterState> state_;
};

// The default settings, made to answer at once: what is asked for at a moment is the grid step at or before it.
[[nodiscard]] signals::SignalOptions test_options();

class SignalRig {
 public:
  SignalRig(boost::asio::io_context& context, signals::SignalCollector::Clients clients, const Clock& clock,
            const ClusterSource& cluster, const signals::SignalOptions& options);
  ~SignalRig();
  SignalRig(const SignalRig&) = delete;
  SignalRig& operator=(const SignalRig&) = delete;
  SignalRig(SignalRig&&) = delete;
  SignalRig& operator=(SignalRig&&) = delete;

  // Awaits refresh_if_old().
  void refresh();
  // Drives the executor until `condition` holds; a test failure if that takes too long.
  void run_until(const std::function<bool()>& condition);
  // Until history has been read and, where a model is at zero, the wake query has been answered.
  void run_until_complete();

  // What a decision about a model of the cluster would read now.
  [[nodiscard]] ModelSignals gather(const std::string& namespace_name, const std::string& model,
                                    Duration retention_period = std::chrono::minutes{10});

  [[nodiscard]] signals::SignalCollector& collector() { return *collector_; }
  // Null before the first refresh.
  [[nodiscard]] std::shared_ptr<const signals::FleetSnapshot> snapshot() const;

 private:
  boost::asio::io_context& context_;
  const ClusterSource& cluster_;
  std::shared_ptr<::prometheus::Registry> registry_;
  std::unique_ptr<signals::SignalCollector> collector_;
  std::exception_ptr failure_;
  bool ended_ = false;
};

}  // namespace inferno::testing
