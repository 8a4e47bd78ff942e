// A collector between a fake Prometheus and a fake cluster that has one model, llama.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/unit/signals/fake_prometheus.hpp"
#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::testing {

inline constexpr TimePoint noon{std::chrono::seconds{1'748'779'200}};

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    cluster.set({{.model_id = "llama"}}, "10m");
    give_model("llama");
  }

  void give_model(const std::string& model) {
    const FakePrometheus::SeriesLabels labels{{"namespace", "prod"}, {"model_name", model}};
    prometheus.give(ask.running(signals::Grouping::model, {}), labels, [](TimePoint time) {
      return static_cast<double>(time.time_since_epoch() / std::chrono::seconds{5} % 10);
    });
    prometheus.give(ask.pods(signals::Grouping::model, {}), labels, always(1));
    prometheus.give(ask.scraped_pods({}), labels, always(1));
    prometheus.give(ask.finished_total({}), labels, always(7));
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

  static bool failed(const ModelSignals& signals, Signal signal) {
    return signals.failed.test(static_cast<std::size_t>(signal));
  }

  signals::SignalOptions options = test_options();
  signals::Expressions ask{options};
  FakePrometheus prometheus;
  FakePrometheus wake;
  FakeClock clock{noon};
  FakeCluster cluster;
  boost::asio::io_context context;
  std::unique_ptr<SignalRig> rig_;
};

}  // namespace inferno::testing
