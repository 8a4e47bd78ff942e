// A fixture: give the fleet a history and a cluster, start() a real Prometheus with it, and gather what the collector
// makes of it at noon.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/signals/fleet_history.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::testing {

class SignalsTest : public ::testing::Test {
 protected:
  SignalsTest();
  ~SignalsTest() override;

  // Starts Prometheus, and a collector that has read everything.
  void start();
  // Another collector on the same Prometheus, as after a restart of the adapter.
  void restart_collector();
  // Moves the clock and refreshes.
  void refresh_at(TimePoint time);

  // What a decision about the model would read now.
  [[nodiscard]] ModelSignals gather(const std::string& model = "m", const std::string& namespace_name = "prod",
                                    Duration period = std::chrono::minutes{60});
  // Of the model's first target.
  [[nodiscard]] TargetSignals target(const std::string& model = "m") { return gather(model).targets.at(0); }
  [[nodiscard]] GridSample newest(const std::string& model = "m") { return target(model).samples.back(); }

  [[nodiscard]] std::shared_ptr<const signals::FleetSnapshot> snapshot() const { return rig_->snapshot(); }

  FleetHistory history;
  std::vector<VariantSpec> variants{{.model_id = "m"}};  // on a Deployment of that name
  std::string retention_period = "60m";
  signals::SignalOptions options = test_options();
  std::vector<std::string> prometheus_flags;
  bool failures_expected = false;  // otherwise a query that fails fails the test

 private:
  class Client;

  FakeClock clock_{noon};
  FakeCluster cluster_;
  std::unique_ptr<PrometheusProcess> prometheus_;
  // Each needs the one before it.
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<SignalRig> rig_;
};

}  // namespace inferno::testing
