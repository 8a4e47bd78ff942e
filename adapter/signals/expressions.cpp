#include "adapter/signals/expressions.hpp"

#include <spdlog/fmt/fmt.h>

namespace inferno::signals {
namespace {

constexpr std::string_view model_labels = "namespace, model_name";
constexpr std::string_view pod_labels = "namespace, model_name, pod";
constexpr std::string_view gateway_labels = "namespace, target_model_name, model_name";

std::string_view labels_of(Grouping grouping) {
  return grouping == Grouping::model ? model_labels : pod_labels;
}

// A gauge worth summing: neither NaN, nor infinite, nor negative.
std::string finite(std::string_view expression) {
  return fmt::format("({} >= 0 < Inf)", expression);
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string joined(const std::vector<std::string>& matchers) {
  return fmt::format("{}", fmt::join(matchers, ","));
}

std::string either(const std::string& first, const std::string& second) {
  if (second.empty()) return first;
  if (first.empty()) return second;
  return fmt::format("({} or {})", first, second);
}

}  // namespace

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

Expressions::Expressions(const SignalOptions& options) : options_(options) {}

std::string Expressions::engine(std::string_view name, const Scope& scope, std::string_view suffix) const {
  std::vector<std::string> matchers;
  if (!scope.namespaces.empty())
    matchers.push_back(fmt::format("namespace=~\"{}\"", promql_alternatives(scope.namespaces)));
  if (!scope.models.empty()) matchers.push_back(fmt::format("model_name=~\"{}\"", promql_alternatives(scope.models)));
  if (!options_.extra_matchers.empty()) matchers.push_back(options_.extra_matchers);
  return fmt::format("{}{{{}}}{}", name, joined(matchers), suffix);
}

std::string Expressions::gateway(std::string_view name, const Scope& scope, std::string_view suffix) const {
  std::vector<std::string> matchers;
  if (!scope.namespaces.empty()) {
    matchers.push_back(
        fmt::format("namespace=~\"{}{}\"", scope.without_namespace ? "|" : "", promql_alternatives(scope.namespaces)));
  }
  if (!options_.extra_matchers.empty()) matchers.push_back(options_.extra_matchers);
  return fmt::format("{}{{{}}}{}", name, joined(matchers), suffix);
}

std::string Expressions::kv_series(const Scope& scope) const {
  const std::string range = fmt::format("[{}]", promql_duration(options_.step));
  const auto usage = [&](const std::string& name) {
    if (name.empty()) return std::string();
    return finite(fmt::format("(max_over_time({}) or {})", engine(name, scope, range), engine(name, scope)));
  };
  return either(usage(names().kv_usage), usage(names().kv_usage_fallback));
}

std::string Expressions::kv_usage(Grouping grouping, const Scope& scope) const {
  const std::string per_pod = fmt::format("max by ({}) ({})", pod_labels, kv_series(scope));
  return grouping == Grouping::pod ? per_pod : fmt::format("sum by ({}) ({})", model_labels, per_pod);
}

std::string Expressions::running(Grouping grouping, const Scope& scope) const {
  return fmt::format("sum by ({}) {}", labels_of(grouping), finite(engine(names().running, scope)));
}

std::string Expressions::waiting(Grouping grouping, const Scope& scope) const {
  return fmt::format("sum by ({}) {}", labels_of(grouping), finite(engine(names().waiting, scope)));
}

std::string Expressions::pods(Grouping grouping, const Scope& scope) const {
  std::string any = fmt::format("{} or {} or {}", engine(names().running, scope), engine(names().waiting, scope),
                                engine(names().kv_usage, scope));
  if (!names().kv_usage_fallback.empty()) any += " or " + engine(names().kv_usage_fallback, scope);
  const std::string per_pod = fmt::format("group by ({}) ({})", pod_labels, any);
  return grouping == Grouping::pod ? per_pod : fmt::format("count by ({}) ({})", model_labels, per_pod);
}

// The finished counters at the two ends of the flow interval, as points of a subquery.
std::string Expressions::last_finished(const Scope& scope) const {
  const std::string tolerance = fmt::format("[{}]", promql_duration(options_.gap_tolerance));
  const bool shifted = scope.phase != Duration::zero();
  const std::string back = shifted ? fmt::format(" offset {}", promql_duration(scope.phase)) : std::string();
  const std::string forth = shifted ? fmt::format(" offset {}", promql_duration(-scope.phase)) : std::string();
  // One and a half intervals hold exactly two of its multiples, whether or not a range includes its beginning.
  return fmt::format("last_over_time({})[{}:{}]{}", engine(names().finished, scope, tolerance + forth),
                     promql_duration(options_.flow_interval * 3 / 2), promql_duration(options_.flow_interval), back);
}

std::string Expressions::finished_rise(Grouping grouping, const Scope& scope) const {
  return fmt::format("sum by ({}) ((irate({}) * {} >= 0) and {})", labels_of(grouping), last_finished(scope),
                     seconds(options_.flow_interval), engine(names().finished, scope));
}

std::string Expressions::gateway_queue(const Scope& scope) const {
  if (names().gateway_queue.empty()) return {};
  return fmt::format("sum by ({}) {}", gateway_labels, finite(gateway(names().gateway_queue, scope)));
}

std::string Expressions::activity(const Scope& scope) const {
  const std::string interval = promql_duration(options_.flow_interval);
  const std::string recent = fmt::format("[{}]", interval);
  const std::string both = last_finished(scope);
  const std::string now = fmt::format("last_over_time({})", engine(names().finished, scope, recent));
  const std::string before = fmt::format(
      "last_over_time({})", engine(names().finished, scope,
                                   fmt::format("[{}] offset {}", promql_duration(options_.gap_tolerance), interval)));
  // A reset to zero is a sign of use, too.
  return fmt::format(
      "sum by ({0}) ((irate({1}) * {2} > 0 or 0 * (resets({1}) > 0)) and {3})"
      " or group by ({0}) (max_over_time({4}) > 0) - 1"
      " or group by ({0}) (max_over_time({5}) > 0) - 1"
      " or group by ({0}) ({3} > 0 unless {6}) - 2",
      model_labels, both, seconds(options_.flow_interval), now, engine(names().running, scope, recent),
      engine(names().waiting, scope, recent), before);
}

std::string Expressions::scraped_pods(const Scope& scope) const {
  return fmt::format("count by ({}) (group by ({}) (present_over_time({})))", model_labels, pod_labels,
                     engine(names().running, scope, fmt::format("[{}]", promql_duration(options_.flow_interval))));
}

std::string Expressions::finished_total(const Scope& scope) const {
  return fmt::format("sum by ({}) (last_over_time({}))", model_labels,
                     engine(names().finished, scope, fmt::format("[{}]", promql_duration(options_.flow_interval))));
}

std::string Expressions::same_counters(const Scope& scope, Duration ago) const {
  const std::string interval = fmt::format("[{}]", promql_duration(options_.flow_interval));
  const std::string now = fmt::format("last_over_time({})", engine(names().finished, scope, interval));
  const std::string before =
      fmt::format("last_over_time({})",
                  engine(names().finished, scope, fmt::format("{} offset {}", interval, promql_duration(ago))));
  return fmt::format("group by ({0}) ({1}) unless on ({0}) (({1} unless ({1} == {2})) or ({2} unless {1}))",
                     model_labels, now, before);
}

// Arrivals rose, or were reset, within the interval. A series that appears above zero is an arrival only where its
// gateway was already being scraped: on the first scrape of a gateway (or after a hole) its counts say nothing about
// when they arose, and would wake the whole fleet.
std::string Expressions::gateway_rise(const Scope& scope, Duration interval) const {
  const std::string recent = fmt::format("[{}]", promql_duration(interval));
  const std::string earlier =
      fmt::format("[{}] offset {}", promql_duration(options_.gap_tolerance), promql_duration(interval));
  const auto counter = [&](const std::string& range) {
    const auto one = [&](const std::string& name) {
      return name.empty() ? std::string() : fmt::format("last_over_time({})", gateway(name, scope, range));
    };
    return either(one(names().gateway_arrivals), one(names().gateway_arrivals_fallback));
  };
  const std::string now = counter(recent);
  if (now.empty()) return {};
  const std::string before = counter(earlier);
  const std::string scraped = fmt::format("last_over_time({})", engine(names().up, Scope{}, earlier));
  return fmt::format("(abs({0} - {1}) > 0 or (({0} > 0 unless {1}) and on (job, instance) ({2} == 1)))", now, before,
                     scraped);
}

std::string Expressions::gateway_activity(const Scope& scope) const {
  std::string queued;
  if (!names().gateway_queue.empty()) {
    queued = fmt::format(
        "(max_over_time({}) > 0)",
        gateway(names().gateway_queue, scope, fmt::format("[{}]", promql_duration(options_.flow_interval))));
  }
  const std::string any = either(queued, gateway_rise(scope, options_.flow_interval));
  return any.empty() ? any : fmt::format("group by ({}) {}", gateway_labels, any);
}

std::string Expressions::up_pods(const Scope& scope) const {
  return fmt::format("max by (namespace, pod) (max_over_time({})) == 1",
                     engine(names().up, scope, fmt::format("[{}]", promql_duration(options_.flow_interval))));
}

std::string Expressions::any_data() const {
  return fmt::format("group({})", engine(names().up, Scope{}));
}

std::string Expressions::throughput(Grouping grouping, const Scope& scope) const {
  const std::string ago = fmt::format(" offset {}", promql_duration(options_.flow_interval));
  const std::string full = fmt::format("sum by ({}) {} > 0", pod_labels, finite(engine(names().waiting, scope)));
  const std::string full_before =
      fmt::format("sum by ({}) {} > 0", pod_labels, finite(engine(names().waiting, scope, ago)));
  // Full pods are few: what is known of them comes before the difference.
  const std::string per_pod = fmt::format(
      "sum by ({0}) ((({1} and on ({0}) (({4}) and ({5}) and group by ({0}) ({6}))) - {2}) >= 0) / {3}", pod_labels,
      engine(names().finished, scope), engine(names().finished, scope, ago), seconds(options_.flow_interval), full,
      full_before, engine(names().running, scope, fmt::format(" offset {}", promql_duration(options_.warm_up))));
  return grouping == Grouping::pod ? per_pod : fmt::format("avg by ({}) ({})", model_labels, per_pod);
}

std::string Expressions::batch(Grouping grouping, const Scope& scope) const {
  const std::string per_pod =
      fmt::format("(sum by ({0}) {1} > 0) and (sum by ({0}) {2} > 0)", pod_labels,
                  finite(engine(names().running, scope)), finite(engine(names().waiting, scope)));
  return grouping == Grouping::pod ? per_pod : fmt::format("avg by ({}) ({})", model_labels, per_pod);
}

std::string Expressions::cold_start(const Scope& scope) const {
  const auto created = [&](const std::string& name) {
    return name.empty() ? std::string() : engine(name, {scope.namespaces, true, {}});
  };
  const std::string creation = either(created(names().pod_created), created(names().pod_created_fallback));
  if (creation.empty()) return {};
  // Older than half an hour: the pod was there before; only Prometheus is new to it.
  return fmt::format(
      "avg by ({0}) ((time() + 0 * (group by ({1}) ({2}) unless group by ({1}) (last_over_time({3}))))"
      " - on (namespace, pod) group_left () max by (namespace, pod) ({4}) < 1800)",
      model_labels, pod_labels, engine(names().running, scope),
      engine(names().running, scope, fmt::format("[5m] offset {}", promql_duration(options_.flow_interval))), creation);
}

std::string Expressions::cache_blocks(const Scope& scope) const {
  if (names().cache_config.empty()) return {};
  return fmt::format("count by (namespace, pod, num_gpu_blocks, block_size) (last_over_time({}))",
                     engine(names().cache_config, {scope.namespaces, true, {}}, "[1h]"));
}

std::string Expressions::wake(const Scope& scope) const {
  std::string signals;
  const auto add = [&](std::string_view name, std::string_view labels, const std::string& expression) {
    if (expression.empty()) return;
    if (!signals.empty()) signals += " or ";
    signals += fmt::format("label_replace({} by ({}) ({}), \"signal\", \"{}\", \"\", \"\")",
                           name == "queue" ? "sum" : "group", labels, expression, name);
  };
  add("queue", gateway_labels,
      names().gateway_queue.empty() ? std::string() : gateway(names().gateway_queue, scope) + " > 0 < Inf");
  add("arrivals", gateway_labels, gateway_rise(scope, options_.wake_window));
  add("just_arrived", gateway_labels, gateway_rise(scope, options_.flow_interval));
  add("waiting", model_labels, engine(names().waiting, scope) + " > 0 < Inf");
  return signals;
}

}  // namespace inferno::signals
