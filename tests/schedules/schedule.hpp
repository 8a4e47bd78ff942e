// A whole story made of one seed: what the fleet looks like, and everything that will happen to it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/policy_truth.hpp"
#include "tests/schedules/replica.hpp"

namespace inferno::schedules {

// What events act upon.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual Fleet& fleet() = 0;
  virtual SimulatedCluster& cluster() = 0;
  virtual QueryFaults& query_faults() = 0;
  virtual void start_replica(std::size_t index) = 0;
  virtual void stop_replica(std::size_t index) = 0;
  virtual void cut_off_from_cluster(bool cut_off) = 0;  // objects no longer arrive
  [[nodiscard]] virtual TimePoint now() const = 0;
};

struct Event {
  TimePoint at;
  std::string text;
  std::function<void(Stage&)> act;
};

struct Schedule {
  TimePoint begin;
  TimePoint end;
  Duration scrape_interval{};
  Duration ask_interval{};
  bool range_is_closed = false;
  BackendTraits traits;
  bool watches_pods = false;
  AdapterSettings settings;
  std::vector<ModelTruth> models;
  PolicyTruth policy;
  std::vector<VariantIndex> autoscalings;  // that exist from the beginning
  std::vector<Event> events;               // in order of time
};

[[nodiscard]] Schedule make_schedule(std::uint64_t seed);

}  // namespace inferno::schedules
