// What must hold at every moment of every schedule. Judges by the truth alone: what the fleet did, what Prometheus
// could tell of it, what the operator configured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapter/provider/decision_board.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/proof.hpp"
#include "tests/schedules/replica.hpp"
#include "tests/schedules/simulated_cluster.hpp"

namespace inferno::schedules {

struct Violation {
  TimePoint time;
  std::string what;
};

// Since when nothing stands between a replica of the adapter and what it has to know.
struct Calm {
  TimePoint queries;     // Prometheus answers all queries, and wholly
  TimePoint visibility;  // no scrape is visible late
  TimePoint cluster;     // the cluster's objects arrive
};

class Invariants {
 public:
  Invariants(const Fleet& fleet, const AdapterSettings& settings, Duration scrape_interval, BackendTraits traits)
      : fleet_(fleet), settings_(settings), scrape_interval_(scrape_interval), traits_(traits) {}

  // The first that was seen.
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  void fail(TimePoint now, std::string what);

  // Each board that a replica publishes.
  void see(const Replica& replica, const DecisionBoard& board, TimePoint now, const Calm& calm);
  // Each answer to the HPA.
  void see(const Replica& replica, const Answer& answer, TimePoint now, const Calm& calm);
  // Boards that can be read at the same moment.
  void compare(const Replica& one, const Replica& other, TimePoint now, const Calm& calm);

 private:
  // What a board says of one model, and what is true of it.
  struct Case {
    const Replica& replica;
    const DecisionBoard& board;
    const Model& model;
    const ModelTruth& truth;
    TimePoint now;
    const Calm& calm;
    Policy policy;
    std::vector<std::size_t> targets;  // workloads, in the order of model.variants
    std::int32_t current = 0;
    std::int32_t desired = 0;
    std::optional<TimePoint> at_zero_since;  // as the replica has seen it

    [[nodiscard]] TimePoint as_of() const { return *board.signals_as_of(); }
    [[nodiscard]] std::string name() const { return truth.namespace_name + "/" + truth.model_id; }
  };

  [[nodiscard]] Case make_case(const Replica& replica, const DecisionBoard& board, const Model& model, TimePoint now,
                               const Calm& calm);
  void judge(const Case& one);
  void require_reason_for_zero(const Case& one);
  void require_zero_when_idle(const Case& one);
  void require_waking(const Case& one);
  // When it was scraped that the gateway refused a request, where the wake query must know of it.
  [[nodiscard]] std::optional<TimePoint> find_refusal(const Case& one) const;
  void require_all_roles(const Case& one);
  void require_holding(const Case& one);
  void require_true_count(const Case& one);
  [[nodiscard]] const ModelTruth& truth_of(const ModelKey& key) const;
  void fail(const Case& one, const std::string& what);

  const Fleet& fleet_;
  const AdapterSettings& settings_;
  Duration scrape_interval_;
  BackendTraits traits_;
  std::map<std::pair<const Replica*, const ModelTruth*>, TimePoint> at_zero_since_;  // as a replica sees it
  std::optional<Violation> violation_;
};

}  // namespace inferno::schedules
