// A collector between a fake Prometheus and a fake cluster that has one model, llama, on a Deployment of that name.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "adapter/signals/queries.hpp"
#include "tests/unit/signals/fake_prometheus.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::testing {

inline constexpr TimePoint noon{std::chrono::seconds{1'748'779'200}};

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    cluster.set({{.model_id = "llama"}});
    give_model("llama");
  }

  // The text of a query of that name.
  [[nodiscard]] std::string ask(std::string_view query, const signals::Scope& scope = {}) const {
    return queries.find(query)->expression(scope);
  }
  // Of the pods of the Deployment `target`.
  static FakePrometheus::SeriesLabels workload(const std::string& model, const std::string& target) {
    return {{"namespace", "prod"}, {"model_name", model}, {"owner", target + "-7c9f8d6b5"}};
  }

  // One pod of a Deployment of that name reports all along.
  void give_model(const std::string& model) {
    const FakePrometheus::SeriesLabels labels = workload(model, model);
    prometheus.give(ask("running"), labels, [](TimePoint time) {
      return static_cast<double>(time.time_since_epoch() / std::chrono::seconds{5} % 10);
    });
    prometheus.give(ask("pods"), labels, always(1));
    prometheus.give(ask("reporting"), labels, always(1));
  }

  SignalRig& rig() {
    if (!rig_) start();
    return *rig_;
  }

  void start() {
    rig_.reset();
    rig_ = std::make_unique<SignalRig>(context, signals::SignalCollector::Clients{.refresh = prometheus, .wake = wake},
                                       clock, cluster, options);
  }

  void refresh_at(TimePoint time) {
    clock.set(time);
    rig().refresh();
  }

  ModelSignals llama() { return rig().gather("prod", "llama"); }
  // Of its first target.
  TargetSignals target() { return llama().targets.at(0); }

  static bool failed(const ModelSignals& signals, Signal signal) {
    return signals.failed.test(static_cast<std::size_t>(signal));
  }

  signals::SignalOptions options = test_options();
  signals::QueryTable queries{options};
  FakePrometheus prometheus;
  FakePrometheus wake;
  FakeClock clock{noon};
  FakeCluster cluster;
  boost::asio::io_context context;
  std::unique_ptr<SignalRig> rig_;
};

}  // namespace inferno::testing
