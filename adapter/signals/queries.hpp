// Everything that Prometheus is asked, as one table: a row per query. Each covers the whole fleet (or the scope given)
// and is aggregated by Prometheus, so the number of requests does not depend on the number of variants.
//
// Rows are workloads: (namespace, model_name, owner), where the owner is what a pod's name tells of its controller, see
// owner_of_pod(). Engines without a label model_name have rows like any other: their pods tell whose they are. A pod
// counts once however many times it is scraped: series are reduced by `max` over (namespace, pod, engine, dp_rank,
// model_name) before anything is added up. Comparisons drop NaN.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapter/decision/model_signals.hpp"
#include "adapter/signals/calibration.hpp"
#include "adapter/signals/idle_history.hpp"
#include "adapter/signals/signal_options.hpp"

namespace inferno::signals {

// What a request is restricted to. Empty lists do not restrict.
struct Scope {
  std::vector<std::string> namespaces;
  bool without_namespace = true;    // with `namespaces`: gateway series that carry no namespace, too
  std::vector<std::string> models;  // of gateway series: the names that they may have, see GatewaySeries::model_label
  Duration ago{};                   // of same_counters: the length of the gap
  EngineSet engines = 1;            // those that are asked for, by EngineTable::index_of(); vLLM where nothing is said
};

// The times that a query is asked for.
enum class Grid : std::uint8_t {
  step,      // each grid step, as soon as it has passed
  flow,      // each flow interval, a scrape timeout late
  on_demand  // one moment, when something makes it worth asking
};

// Which labels tell the row of a series.
enum class RowsBy : std::uint8_t {
  workload,  // namespace, model_name, owner
  gateway,   // namespace, and the model as gateway_model() reads it
  itself,    // read by a visitor of its own
};

// Where the values go: a field of the sample window, a block of the idle history, a kind of calibration.
using Sink = std::variant<std::monostate, float GridSample::*, SampleBlock UseBlocks::*, Calibrated>;

struct Query {
  std::string_view name;  // in telemetry: inferno_adapter_signal_failures_total{signal="..."}
  Grid grid = Grid::step;
  RowsBy rows = RowsBy::workload;
  std::function<std::string(const Scope&)> expression;  // empty text: nothing to ask
  Sink sink = std::monostate();
  Signal signal = Signal::count_;  // that depends on it
};

class QueryTable {
 public:
  explicit QueryTable(const SignalOptions& options);

  // Without those that are never asked.
  [[nodiscard]] const std::vector<Query>& all() const { return queries_; }
  // Null where it is switched off.
  [[nodiscard]] const Query* find(std::string_view name) const;

 private:
  std::vector<Query> queries_;
};

// What a pod's name tells of its controller: "llama-7c9f8d6b5" (a ReplicaSet) of llama-7c9f8d6b5-x2x4z; "qwen-", with a
// dash at its end, of qwen-0 (a StatefulSet or the leaders of a LeaderWorkerSet); the first 58 characters of a name
// that Kubernetes had to cut at 63. The same as the label `owner` that the queries make.
[[nodiscard]] std::string owner_of_pod(std::string_view pod);

// A PromQL duration: "15s", "500ms".
[[nodiscard]] std::string promql_duration(Duration duration);
// Alternatives of a regular expression matcher, escaped for RE2 and for a PromQL string: `a|b\\.c`.
[[nodiscard]] std::string promql_alternatives(const std::vector<std::string>& values);

}  // namespace inferno::signals
