// What must hold at every moment of every schedule. Judges by the truth alone: what the fleet did, what Prometheus
// could tell of it, what the operator configured.
#pragma once

#include <optional>
#include <string>

#include "adapter/provider/decision_board.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/replica.hpp"
#include "tests/schedules/simulated_cluster.hpp"

namespace inferno::schedules {

struct Violation {
  TimePoint time;
  std::string what;
};

// Since when nothing stands between a replica of the adapter and what it has to know.
struct Calm {
  TimePoint queries;     // Prometheus answers all queries
  TimePoint whole;       // no answer is partial
  TimePoint visibility;  // nor is any scrape visible late
  TimePoint cluster;     // the cluster's objects arrive
};

class Invariants {
 public:
  Invariants(const Fleet& fleet, const SimulatedCluster& cluster, const AdapterSettings& settings,
             Duration scrape_interval)
      : fleet_(fleet), cluster_(cluster), settings_(settings), scrape_interval_(scrape_interval) {}

  // The first that was seen.
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }

  // Each board that a replica publishes.
  void see(const Replica& replica, const DecisionBoard& board, TimePoint now, const Calm& calm);
  // Each answer to the HPA.
  void see(const Replica& replica, const Answer& answer, TimePoint now, const Calm& calm);
  // Boards that can be read at the same moment.
  void compare(const Replica& one, const Replica& other, TimePoint now, const Calm& calm);

 private:
  struct Sums {
    std::int32_t current = 0;
    std::int32_t desired = 0;
  };

  void judge(const Replica& replica, const DecisionBoard& board, const Model& model, TimePoint now, const Calm& calm);
  void require_reason_for_zero(const Replica& replica, const ModelTruth& truth, TimePoint as_of, TimePoint now);
  void require_zero_when_idle(const Replica& replica, const ModelTruth& truth, TimePoint as_of, TimePoint now,
                              const Calm& calm);
  void require_waking(const Replica& replica, const ModelTruth& truth, TimePoint as_of, TimePoint now,
                      const Calm& calm);
  [[nodiscard]] const ModelTruth* truth_of(const ModelKey& key) const;
  [[nodiscard]] static ModelDecision explain(const Replica& replica, const DecisionBoard& board, std::size_t variant,
                                             TimePoint now);
  void fail(TimePoint now, std::string what);

  const Fleet& fleet_;
  const SimulatedCluster& cluster_;
  const AdapterSettings& settings_;
  Duration scrape_interval_;
  std::optional<Violation> violation_;
};

}  // namespace inferno::schedules
