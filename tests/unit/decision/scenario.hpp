// One model and its signals, built step by step; what a test does not say is an ordinary healthy fleet at a fixed
// moment.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "adapter/decision/decide.hpp"

namespace inferno::testing {

inline constexpr TimePoint epoch{std::chrono::seconds{1'700'000'010}};  // a multiple of 15 s

struct Scenario {
  Scenario();

  std::vector<Variant> variants;
  // What the model's pods and gateways report together, oldest first, ending at `epoch`; empty: Prometheus has not
  // answered yet. Targets without samples of their own have it shared out between them by ready replicas.
  std::vector<GridSample> load;
  std::map<std::string, std::string> scale_to_zero;  // ConfigMap data
  std::map<std::string, std::string> saturation;
  ModelSignals signals;  // but for `load`
  DecisionSettings settings;
  TimePoint now = epoch + std::chrono::seconds{2};

  // Sets `load`. Grid and flow interval are 15 s, as in the reference.
  Scenario& history(std::vector<GridSample> samples);
  // The newest sample for ever before: a steady state of `steps` samples.
  Scenario& steady(GridSample sample, std::size_t steps = 20);
  // Likewise, of one target's pods.
  Scenario& steady_of(std::size_t target, GridSample sample);
  Scenario& replicas(std::int32_t spec, std::int32_t ready);
  Scenario& learned(double throughput, double batch);
  Scenario& scale_to_zero_after(std::string retention_period);
  // Every target, and the gateway.
  Scenario& idle_for(Duration duration);
  // Replaces the one variant by several.
  Scenario& with_variants(std::vector<Variant> several);

  [[nodiscard]] ModelDecision decide() const;
  [[nodiscard]] std::int32_t desired() const;  // of the only variant

 private:
  [[nodiscard]] ModelSignals told() const;
};

[[nodiscard]] Variant make_variant(std::string name, double cost, std::int32_t spec, std::int32_t ready,
                                   std::string role = "decode");
[[nodiscard]] std::vector<std::int32_t> desired_of(const ModelDecision& decision);

}  // namespace inferno::testing
