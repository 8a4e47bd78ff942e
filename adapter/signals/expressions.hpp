// The PromQL of every signal. Pure text; each expression covers the whole fleet (or the scope given) and is aggregated
// by Prometheus.
//
// Common to all: comparisons drop NaN; `previous` is the last value before the interval, looked for over the gap
// tolerance so that one failed scrape (which leaves a stale marker) does not hide it; a counter that fell was reset and
// counts from zero.
//
// Matching two vectors series by series is by far the most expensive thing that Prometheus can be asked for here, so
// the value now and the previous one of a counter come as the two points of a subquery, whose steps Prometheus aligns
// to multiples of the flow interval, to a function of one series.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/signals/signal_options.hpp"

namespace inferno::signals {

// What a request is restricted to. Empty lists do not restrict.
struct Scope {
  std::vector<std::string> namespaces;
  bool without_namespace = true;  // with `namespaces`: gateway series that carry no namespace, too
  std::vector<std::string> models;
  Duration phase{};  // only for finished_rise
};

enum class Grouping { model, pod };  // by (namespace, model_name) | by (namespace, model_name, pod)

class Expressions {
 public:
  explicit Expressions(const SignalOptions& options);

  // On the step grid.
  [[nodiscard]] std::string kv_usage(Grouping grouping, const Scope& scope) const;
  [[nodiscard]] std::string running(Grouping grouping, const Scope& scope) const;
  [[nodiscard]] std::string waiting(Grouping grouping, const Scope& scope) const;
  [[nodiscard]] std::string pods(Grouping grouping, const Scope& scope) const;
  // Within the flow interval. A series without a previous value is left out: its count says nothing about when it
  // arose. Right for steps that lie `scope.phase` after a multiple of the flow interval.
  [[nodiscard]] std::string finished_rise(Grouping grouping, const Scope& scope) const;
  [[nodiscard]] std::string gateway_queue(const Scope& scope) const;  // by (namespace, target_model_name, model_name)

  // On the flow grid, for the activity ledger; values come from samples scraped within the interval.
  // A row is a sign of use: its value is the number of requests that finished, or -1 when the only sign is that a
  // counter appeared above zero (which after a hole may be an old count).
  [[nodiscard]] std::string activity(const Scope& scope) const;
  // Pods that told how many requests run: without that, a long request would go unnoticed until it ends.
  [[nodiscard]] std::string scraped_pods(const Scope& scope) const;
  [[nodiscard]] std::string finished_total(const Scope& scope) const;
  // A row where every finished counter stands where it stood `ago`, and none has come or gone. Compares series by
  // series, so it is for the end of a hole only.
  [[nodiscard]] std::string same_counters(const Scope& scope, Duration ago) const;
  [[nodiscard]] std::string gateway_activity(const Scope& scope) const;  // a row is a sign of use
  [[nodiscard]] std::string up_pods(const Scope& scope) const;           // by (namespace, pod)
  [[nodiscard]] std::string any_data() const;                            // one row where Prometheus has data at all

  // On the flow grid, learned; only full replicas answer.
  [[nodiscard]] std::string throughput(Grouping grouping,
                                       const Scope& scope) const;  // finished requests per second of a replica
  [[nodiscard]] std::string batch(Grouping grouping, const Scope& scope) const;  // running requests of a replica
  [[nodiscard]] std::string cold_start(const Scope& scope) const;  // seconds from creation to the first sample

  // by (namespace, pod, num_gpu_blocks, block_size): the number of engines with that configuration. Empty when switched
  // off.
  [[nodiscard]] std::string cache_blocks(const Scope& scope) const;

  // Label `signal`: "queue" (value: requests), "arrivals" or "waiting". By (namespace, target_model_name, model_name).
  [[nodiscard]] std::string wake(const Scope& scope) const;

  [[nodiscard]] const SeriesNames& names() const { return options_.names; }

 private:
  [[nodiscard]] std::string engine(std::string_view name, const Scope& scope, std::string_view suffix = {}) const;
  [[nodiscard]] std::string gateway(std::string_view name, const Scope& scope, std::string_view suffix = {}) const;
  [[nodiscard]] std::string kv_series(const Scope& scope) const;
  [[nodiscard]] std::string last_finished(const Scope& scope) const;
  [[nodiscard]] std::string gateway_rise(const Scope& scope, Duration interval) const;

  SignalOptions options_;
};

// A PromQL duration: "15s", "500ms".
[[nodiscard]] std::string promql_duration(Duration duration);
// Alternatives of a regular expression matcher, escaped for RE2 and for a PromQL string: `a|b\\.c`.
[[nodiscard]] std::string promql_alternatives(const std::vector<std::string>& values);

}  // namespace inferno::signals
