#include "adapter/signals/queries.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <memory>

namespace inferno::signals {
namespace {

constexpr std::string_view workload_labels = "namespace, model_name, owner";
constexpr std::string_view pod_labels = "namespace, pod, model_name";
// A pod may run several engines: vLLM's data parallel ranks are told by `engine`, SGLang's by `dp_rank`. Whatever else
// its series are told apart by (SGLang's other ranks) says the same several times.
constexpr std::string_view engine_labels = "namespace, pod, engine, dp_rank, model_name";
// What the finished requests of an engine are split by.
constexpr std::string_view counter_parts = "finished_reason, is_streaming, model, version";
constexpr std::string_view router_labels = "namespace, pod, instance";

// See owner_of_pod(). Anchored on both sides. An ordinal has four digits at most: five may be a ReplicaSet's suffix.
constexpr const char* owner_pattern = "(.{58}).{5}|(.+-)[0-9]{1,4}|(.+)-[^-]+|([^-]+)";
constexpr std::string_view owner_replacement = "$1$2$3$4";

std::string owned(std::string_view expression) {
  return fmt::format(R"(label_replace({}, "owner", "{}", "pod", "{}"))", expression, owner_replacement, owner_pattern);
}

std::string by_workload(std::string_view aggregation, std::string_view expression) {
  return fmt::format("{} by ({}) ({})", aggregation, workload_labels, owned(expression));
}

// A gauge worth adding up: neither NaN nor negative. One comparison: each costs Prometheus a tenth of the whole query,
// and an infinite sum is dropped when it arrives.
std::string counted_gauge(std::string_view expression) {
  return fmt::format("{} >= 0", expression);
}

std::string last_of(const std::string& selector) {
  return fmt::format("last_over_time({})", selector);
}

std::string either(const std::string& first, const std::string& second) {
  if (second.empty()) return first;
  if (first.empty()) return second;
  return fmt::format("({} or {})", first, second);
}

// What `make` makes of each name.
template <class Make>
std::string any_of(const std::vector<std::string>& names, Make make) {
  std::string expression;
  for (const std::string& name : names) expression = either(expression, make(name));
  return expression;
}

// The text of each query.
class PromQl {
 public:
  explicit PromQl(const SignalOptions& options)
      : options_(options),
        names_(options_.names),
        interval_(promql_duration(options.flow_interval)),
        recent_(fmt::format("[{}]", interval_)),
        earlier_(before_interval(options.gap_tolerance)),
        // Whoever belongs to the newest evidence that still counts (missing_proof() in idleness.cpp) has a value in it.
        much_earlier_(before_interval(options.gap_tolerance + 2 * options.flow_interval + options.history_delay())),
        gateway_labels_(fmt::format("namespace, {}", names_.gateway.model_labels())) {}

  // ---- samples

  [[nodiscard]] std::string kv_usage(const EngineSeries& of, const Scope& scope) const {
    if (of.kv_usage.empty()) return {};
    const auto of_pod = [&](const SeriesList& series) {
      return fmt::format("max by ({}) ({})", pod_labels, counted_gauge(latest(series, scope)));
    };
    if (of.kv_capacity.empty()) return by_workload("sum", of_pod(of.kv_usage));
    return by_workload("sum", fmt::format("{} / ({} > 0)", of_pod(of.kv_usage), of_pod(of.kv_capacity)));
  }
  [[nodiscard]] std::string running(const EngineSeries& of, const Scope& scope) const {
    return gauge_sum(latest(of.running, scope));
  }
  [[nodiscard]] std::string waiting(const EngineSeries& of, const Scope& scope) const {
    return gauge_sum(latest(of.waiting, scope));
  }
  // Requests that a decode pod counts as waiting while their KV blocks are on the way (vLLM, metrics/loggers.py).
  [[nodiscard]] std::string deferred(const EngineSeries& of, const Scope& scope) const {
    if (of.waiting_by_reason.empty()) return {};
    return by_workload("sum", fmt::format("max by ({}) ({} > 0)", engine_labels,
                                          latest(of.waiting_by_reason, scope, R"(reason="deferred")")));
  }
  [[nodiscard]] std::string pods(const EngineSeries& of, const Scope& scope) const {
    return by_workload("count",
                       fmt::format("group by ({}) ({})", pod_labels, counted_gauge(latest(of.running, scope))));
  }
  [[nodiscard]] std::string finished(const EngineSeries& of, const Scope& scope) const {
    return by_workload("sum", requests(of, rise(of, scope, much_earlier_)));
  }
  [[nodiscard]] std::string gateway_queue(const Scope& scope) const { return queued(scope, ">= 0"); }
  // Twice the interval, so that a scrape is in it whenever it comes. A series that is new counts in gateway_use only.
  [[nodiscard]] std::string gateway_arrivals(const Scope& scope) const {
    const std::string range = fmt::format("[{}]", promql_duration(2 * options_.flow_interval));
    const std::string any = any_of(names_.gateway.arrivals, [&](const std::string& name) {
      return fmt::format("changes({}) > 0", gateway(name, scope, range));
    });
    return any.empty() ? any : fmt::format("group by ({}) ({})", gateway_labels_, any);
  }

  // ---- idle history: of what was scraped within the interval

  // Pods that told how many requests run: without that, a long request would go unnoticed until it ends.
  [[nodiscard]] std::string reporting(const EngineSeries& of, const Scope& scope) const {
    return by_workload("count", told(pod_labels, of, scope, recent_));
  }
  // Engines that did not do so within the gap tolerance before: new ones, and those that are back after a gap.
  [[nodiscard]] std::string joined(const EngineSeries& of, const Scope& scope) const {
    return by_workload("count",
                       told(engine_labels, of, scope, recent_) + " unless " + told(engine_labels, of, scope, earlier_));
  }
  [[nodiscard]] std::string used(const EngineSeries& of, const Scope& scope) const {
    return by_workload("group", fmt::format("({} > 0) or ({} > 0)", over(of.running, scope, "max_over_time", recent_),
                                            over(of.waiting, scope, "max_over_time", recent_)));
  }
  // A row wherever a counter changed; a reset counts as a change, not as requests.
  [[nodiscard]] std::string finished_since(const EngineSeries& of, const Scope& scope) const {
    return by_workload("sum", requests(of, rise(of, scope, earlier_) + " != 0"));
  }
  [[nodiscard]] std::string gateway_use(const Scope& scope) const {
    const std::string held = any_of(names_.gateway.queue, [&](const std::string& name) {
      return fmt::format("(max_over_time({}) > 0)", gateway(name, scope, recent_));
    });
    const auto counters = [&](const std::string& range) {
      return gateway_counters(names_.gateway.arrivals, scope, range);
    };
    const std::string any = either(held, risen(counters, options_.flow_interval));
    return any.empty() ? any : fmt::format("group by ({}) ({})", gateway_labels_, any);
  }
  // A row where each finished counter stands where it stood `ago`, and none has come or gone.
  [[nodiscard]] std::string same_counters(const EngineSeries& of, const Scope& scope) const {
    const auto counters = [&](const std::string& range) {
      return fmt::format("max by ({}, {}) ({})", engine_labels, counter_parts, last(of.finished, scope, range));
    };
    const std::string now = counters(recent_);
    const std::string before = counters(fmt::format("{} offset {}", recent_, promql_duration(scope.ago)));
    return fmt::format("{} unless on ({}) {}", by_workload("group", now), workload_labels,
                       by_workload("group", fmt::format("({0} unless {0} == {1}) or ({1} unless {0})", now, before)));
  }

  // ---- calibration: only full pods answer, that is those with a queue at both ends of the interval

  [[nodiscard]] std::string throughput(const EngineSeries& of, const Scope& scope) const {
    if (!of.finished_are_requests) return {};
    const std::string ago = fmt::format(" offset {}", interval_);
    const auto full = [&](const std::string& suffix) {
      return fmt::format("sum by ({}) ({}) > 0", pod_labels, counted_gauge(latest(of.waiting, scope, {}, suffix)));
    };
    const std::string warm =
        fmt::format("group by ({}) ({})", pod_labels,
                    latest(of.running, scope, {}, fmt::format(" offset {}", promql_duration(options_.warm_up))));
    const double seconds = std::chrono::duration<double>(options_.flow_interval).count();
    return by_workload("avg", fmt::format("sum by ({0}) ({1} - {2} >= 0) / {3} and ({4}) and ({5}) and {6}", pod_labels,
                                          counted(of, scope, recent_), counted(of, scope, earlier_), seconds, full({}),
                                          full(ago), warm));
  }
  [[nodiscard]] std::string batch(const EngineSeries& of, const Scope& scope) const {
    const auto sum = [&](const SeriesList& series) {
      return fmt::format("(sum by ({}) (max by ({}) ({})) > 0)", pod_labels, engine_labels,
                         counted_gauge(latest(series, scope)));
    };
    return by_workload("avg", sum(of.running) + " and " + sum(of.waiting));
  }
  // Seconds from a pod's creation to its first sample. Older than half an hour: the pod was there before; only
  // Prometheus is new to it.
  [[nodiscard]] std::string cold_start(const EngineSeries& of, const Scope& scope) const {
    const auto created = [&](const std::string& name) { return name.empty() ? name : anybody(name, scope); };
    const std::string creation = either(created(names_.pod_created), created(names_.pod_created_fallback));
    if (creation.empty()) return {};
    const auto seen = [&](const std::string& range) {
      return fmt::format("group by ({}) ({})", pod_labels, last(of.running, scope, range));
    };
    return by_workload("avg", fmt::format("(time() + 0 * ({} unless {})) - on (namespace, pod) group_left () "
                                          "max by (namespace, pod) ({}) < 1800",
                                          seen(recent_), seen(fmt::format("[5m] offset {}", interval_)), creation));
  }
  // By (namespace, owner, num_gpu_blocks, block_size): the engines of a pod with that configuration.
  [[nodiscard]] std::string cache_blocks(const EngineSeries& of, const Scope& scope) const {
    if (of.cache_config.empty()) return {};
    return fmt::format("max by (namespace, owner, num_gpu_blocks, block_size) ({})",
                       owned(fmt::format("count by (namespace, pod, num_gpu_blocks, block_size) (max by (namespace, "
                                         "pod, engine, num_gpu_blocks, block_size) ({}))",
                                         last(of.cache_config, scope, "[1h]"))));
  }

  // ---- on demand

  // Label `signal`: "queue" (value: requests), "arrivals" or "refused". Only here does it matter that requests were
  // refused: with replicas, all of which may be unready for a moment, it tells nothing.
  [[nodiscard]] std::string wake(const Scope& scope) const {
    const auto marked = [](const std::string& expression, std::string_view signal) {
      return expression.empty() ? expression
                                : fmt::format(R"(label_replace({}, "signal", "{}", "", ""))", expression, signal);
    };
    const GatewaySeries& series = names_.gateway;
    const std::string refusal = series.error_label.empty() ? std::string()
                                                           : fmt::format(R"({}=~"{}")", series.error_label,
                                                                         promql_alternatives({series.error_value}));
    const auto counters = [&](const std::string& range) {
      return either(marked(gateway_counters(series.arrivals, scope, range), "arrivals"),
                    marked(gateway_counters(series.errors, scope, range, refusal), "refused"));
    };
    const std::string rises = risen(counters, options_.wake_window);
    return either(marked(queued(scope, "> 0"), "queue"),
                  rises.empty() ? rises : fmt::format("group by ({}, signal) ({})", gateway_labels_, rises));
  }
  // By (namespace, owner, model_name, __name__): what pods show in place of the series that are looked for, and `up`.
  [[nodiscard]] std::string sightings(const Scope& scope) const {
    constexpr std::string_view names =
        "(.*[:_])?(num_requests_running|num_requests_waiting|num_running_reqs|num_queue_reqs|kv_cache_usage_perc|"
        "gpu_cache_usage_perc|token_usage|request_success_total|batch_current_size|requests_processing|"
        "trt_llm_request_metrics)";
    return fmt::format("max by (namespace, owner, model_name, __name__) ({})",
                       owned(anybody("", scope, {}, {fmt::format(R"(__name__=~"{}|{}")", names_.up, names)})));
  }

 private:
  [[nodiscard]] std::string before_interval(Duration range) const {
    return fmt::format("[{}] offset {}", promql_duration(range), interval_);
  }
  static std::string gauge_sum(const std::string& selector) {
    return by_workload("sum", fmt::format("max by ({}) ({})", engine_labels, counted_gauge(selector)));
  }

  // The newest value of a series within the lookback, under the first of its names that there is.
  [[nodiscard]] std::string latest(const SeriesList& series, const Scope& scope, const std::string& matcher = {},
                                   std::string_view suffix = {}) const {
    const bool plain = std::ranges::none_of(series, [](const std::string& name) { return name.ends_with('}'); });
    if (series.size() > 1 && plain) {  // one pass, where all of them are then reduced to one by `max`
      const std::string names = fmt::format(R"(__name__=~"{}")", fmt::join(series, "|"));
      return engine("", scope, suffix, matcher.empty() ? names : fmt::format("{},{}", names, matcher));
    }
    std::string expression;
    for (const std::string& name : series) expression = either(expression, engine(name, scope, suffix, matcher));
    return expression;
  }
  [[nodiscard]] std::string over(const SeriesList& series, const Scope& scope, std::string_view function,
                                 std::string_view range) const {
    std::string expression;
    for (const std::string& name : series)
      expression = either(expression, fmt::format("{}({})", function, engine(name, scope, range)));
    return expression;
  }
  [[nodiscard]] std::string last(const SeriesList& series, const Scope& scope, std::string_view range) const {
    return over(series, scope, "last_over_time", range);
  }
  // Who told within the range how many requests run.
  [[nodiscard]] std::string told(std::string_view labels, const EngineSeries& of, const Scope& scope,
                                 std::string_view range) const {
    return fmt::format("group by ({}) ({} >= 0)", labels, over(of.running, scope, "max_over_time", range));
  }

  // Requests that each engine has finished, for whatever reason; where it is scraped twice, as the larger one tells.
  [[nodiscard]] std::string counted(const EngineSeries& of, const Scope& scope, std::string_view range) const {
    return fmt::format("max by ({}) (sum without ({}) ({}))", engine_labels, counter_parts,
                       last(of.finished, scope, range));
  }
  // What a counter's rise says of finished requests.
  [[nodiscard]] static std::string requests(const EngineSeries& of, std::string_view rise) {
    return of.finished_are_requests ? fmt::format("clamp_min({}, 0)", rise) : fmt::format("clamp({}, 0, 1)", rise);
  }

  // How much each engine's counters rose within the interval; below zero where they were reset. An engine that was
  // seen before without any counter counts from zero (some create a counter with its first request); one that was not
  // seen before is left out: its counts say nothing about when they arose.
  [[nodiscard]] std::string rise(const EngineSeries& of, const Scope& scope, const std::string& earlier) const {
    return fmt::format("({} - ({} or 0 * max by ({}) ({})))", counted(of, scope, recent_), counted(of, scope, earlier),
                       engine_labels, last(of.running, scope, earlier));
  }

  // Requests that wait at each router, as far as they are `such`. Which name counts is decided for a router, not for a
  // series: labels came and went with the names, so that `max` would not see that two series are the same queue.
  [[nodiscard]] std::string queued(const Scope& scope, std::string_view such) const {
    std::string series;
    for (const std::string& name : names_.gateway.queue) {
      if (!series.empty()) series += fmt::format(" or on ({}) ", router_labels);
      series += gateway(name, scope);
    }
    if (series.empty()) return series;
    return fmt::format("sum by ({}) (max by (namespace, pod, inference_pool, fairness_id, priority, {}) (({}) {}))",
                       gateway_labels_, names_.gateway.model_labels(), series, such);
  }

  // Under all of their names: it is only looked for whether any of them rises, nothing is added up.
  [[nodiscard]] std::string gateway_counters(const std::vector<std::string>& names, const Scope& scope,
                                             const std::string& range, const std::string& matcher = {}) const {
    return any_of(names, [&](const std::string& name) { return last_of(gateway(name, scope, range, matcher)); });
  }

  // Counters of gateways that rose within the interval, or began anew and have risen since. One that appears counts
  // from zero only where its gateway was already being scraped: on the first scrape of a gateway (or after a gap) its
  // counts say nothing about when they arose, and would wake the whole fleet.
  template <class Counters>
  [[nodiscard]] std::string risen(const Counters& counters, Duration interval) const {
    const std::string earlier =
        fmt::format("[{}] offset {}", promql_duration(options_.gap_tolerance), promql_duration(interval));
    const std::string now = counters(fmt::format("[{}]", promql_duration(interval)));
    if (now.empty()) return {};
    return fmt::format("(({0} != ({1} or (0 * {0} and on (job, instance) ({2} == 1)))) > 0)", now, counters(earlier),
                       last_of(anybody(names_.up, {}, earlier)));
  }

  // `name` may carry matchers of its own, in braces.
  [[nodiscard]] std::string selector(std::string_view name, std::vector<std::string> matchers,
                                     std::string_view suffix) const {
    if (!options_.extra_matchers.empty()) matchers.push_back(options_.extra_matchers);
    if (const std::size_t brace = name.find('{'); brace != std::string_view::npos) {
      matchers.insert(matchers.begin(), std::string(name.substr(brace + 1, name.size() - brace - 2)));
      name = name.substr(0, brace);
    }
    return fmt::format("{}{{{}}}{}", name, fmt::join(matchers, ","), suffix);
  }
  // Of whoever exports it.
  [[nodiscard]] std::string anybody(std::string_view name, const Scope& scope, std::string_view suffix = {},
                                    std::vector<std::string> matchers = {}) const {
    if (!scope.namespaces.empty())
      matchers.push_back(fmt::format(R"(namespace=~"{}")", promql_alternatives(scope.namespaces)));
    return selector(name, std::move(matchers), suffix);
  }
  [[nodiscard]] std::string engine(std::string_view name, const Scope& scope, std::string_view suffix = {},
                                   std::string matcher = {}) const {
    std::vector<std::string> matchers;
    if (!matcher.empty()) matchers.push_back(std::move(matcher));
    if (!options_.engine_matchers.empty()) matchers.push_back(options_.engine_matchers);
    return anybody(name, scope, suffix, std::move(matchers));
  }
  [[nodiscard]] std::string gateway(std::string_view name, const Scope& scope, std::string_view suffix = {},
                                    const std::string& matcher = {}) const {
    std::vector<std::string> matchers;
    if (!matcher.empty()) matchers.push_back(matcher);
    if (!scope.namespaces.empty()) {
      matchers.push_back(fmt::format(R"(namespace=~"{}{}")", scope.without_namespace ? "|" : "",
                                     promql_alternatives(scope.namespaces)));
    }
    if (!scope.models.empty()) {
      const std::string& label = names_.gateway.model_label;
      matchers.push_back(fmt::format(R"({}=~"{}{}")", label.empty() ? "target_model_name" : label,
                                     label.empty() ? "|" : "", promql_alternatives(scope.models)));
    }
    if (!options_.gateway_matchers.empty()) matchers.push_back(options_.gateway_matchers);
    return selector(name, std::move(matchers), suffix);
  }

  SignalOptions options_;
  const SeriesNames& names_;
  std::string interval_;
  std::string recent_;   // [flow interval]
  std::string earlier_;  // the gap tolerance before that
  std::string much_earlier_;
  std::string gateway_labels_;
};

}  // namespace

QueryTable::QueryTable(const SignalOptions& options) {
  const auto ql = std::make_shared<const PromQl>(options);
  const auto text = [&ql](std::string (PromQl::*make)(const Scope&) const) {
    return [ql, make](const Scope& scope) { return ((*ql).*make)(scope); };
  };
  // One request for all engines: no pod has the series of two.
  const auto each = [&ql, &options](std::string (PromQl::*make)(const EngineSeries&, const Scope&) const) {
    return [ql, make, engines = options.engines](const Scope& scope) {
      std::string expression;
      for (std::size_t index = 0; index < engine_count; ++index) {
        const EngineSeries& of = engines.of(static_cast<Engine>(index));
        if (!scope.engines.test(index) || of.running.empty()) continue;
        const std::string next = ((*ql).*make)(of, scope);
        if (!expression.empty() && !next.empty()) expression += " or ";
        expression += next;
      }
      return expression;
    };
  };
  using enum Grid;
  using enum RowsBy;
  queries_ = {
      // name, grid, rows, expression, sink, signal
      {"kv_usage", step, workload, each(&PromQl::kv_usage), &GridSample::kv, Signal::kv_usage},
      {"running", step, workload, each(&PromQl::running), &GridSample::running, Signal::running},
      {"waiting", step, workload, each(&PromQl::waiting), &GridSample::waiting, Signal::waiting},
      {"deferred", step, workload, each(&PromQl::deferred), &GridSample::deferred, Signal::waiting},
      {"pods", step, workload, each(&PromQl::pods), &GridSample::replicas, Signal::pods},
      {"finished", step, workload, each(&PromQl::finished), &GridSample::finished_rise, Signal::finished},
      {"gateway_queue", step, gateway, text(&PromQl::gateway_queue), &GridSample::gateway_queue, Signal::gateway_queue},
      {"gateway_arrivals", step, gateway, text(&PromQl::gateway_arrivals), &GridSample::gateway_arrivals,
       Signal::gateway_arrivals},

      {"reporting", flow, workload, each(&PromQl::reporting), &UseBlocks::reporting, Signal::idle_history},
      {"joined", flow, workload, each(&PromQl::joined), &UseBlocks::joined, Signal::idle_history},
      {"used", flow, workload, each(&PromQl::used), &UseBlocks::used, Signal::idle_history},
      {"finished_since", flow, workload, each(&PromQl::finished_since), &UseBlocks::finished, Signal::idle_history},
      {"gateway_use", flow, gateway, text(&PromQl::gateway_use), &UseBlocks::gateway_use, Signal::idle_history},
      {"same_counters", on_demand, workload, each(&PromQl::same_counters), &UseBlocks::same_counters,
       Signal::idle_history},

      {"throughput", flow, workload, each(&PromQl::throughput), Calibrated::throughput},
      {"batch", flow, workload, each(&PromQl::batch), Calibrated::batch},
      {"cold_start", flow, workload, each(&PromQl::cold_start), Calibrated::cold_start},
      {"cache_blocks", on_demand, itself, each(&PromQl::cache_blocks)},

      {"wake", on_demand, itself, text(&PromQl::wake)},
      {"sightings", on_demand, itself, text(&PromQl::sightings)},
  };
  Scope all;
  all.engines.set();
  std::erase_if(queries_, [&](const Query& query) { return query.expression(all).empty(); });
}

const Query* QueryTable::find(std::string_view name) const {
  const auto found = std::ranges::find(queries_, name, &Query::name);
  return found == queries_.end() ? nullptr : &*found;
}

std::string owner_of_pod(std::string_view pod) {
  constexpr std::size_t cut = 58;
  constexpr std::size_t longest = 63;
  if (pod.size() == longest) return std::string(pod.substr(0, cut));
  const std::size_t dash = pod.rfind('-');
  if (dash == 0 || dash == std::string_view::npos || dash + 1 == pod.size()) return std::string(pod);
  const std::string_view suffix = pod.substr(dash + 1);
  const bool ordinal = suffix.size() <= 4 && suffix.find_first_not_of("0123456789") == std::string_view::npos;
  return std::string(pod.substr(0, ordinal ? dash + 1 : dash));
}

std::string promql_duration(Duration duration) {
  const auto milliseconds = duration.count();
  return milliseconds % 1000 == 0 ? fmt::format("{}s", milliseconds / 1000) : fmt::format("{}ms", milliseconds);
}

std::string promql_alternatives(const std::vector<std::string>& values) {
  constexpr std::string_view special = R"(\.+*?()|[]{}^$)";
  std::string result;
  for (const std::string& value : values) {
    if (!result.empty()) result += '|';
    for (const char c : value) {
      if (c == '"') {
        result += "\\\"";
      } else if (c == '\n') {
        result += "\\n";
      } else if (special.find(c) == std::string_view::npos) {
        result += c;
      } else {
        result += c == '\\' ? "\\\\\\" : "\\\\";
        result += c;
      }
    }
  }
  return result;
}

}  // namespace inferno::signals
