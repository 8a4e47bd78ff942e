#include "adapter/decision/missing_series.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/common/engine.hpp"

namespace inferno {
namespace {

constexpr std::string_view running_requests = "num_requests_running";

// The series among those that pods show which tells how many requests run, whatever it is called; empty: none.
std::string find_running(const std::vector<std::string>& names) {
  const auto tells = [](const std::string& name) {
    return name.ends_with(running_requests) || engine_of_running_series(name);
  };
  const auto found = std::ranges::find_if(names, tells);
  return found == names.end() ? std::string() : *found;
}

MissingSeries not_looked_for(const std::string& running, Engine taken_for) {
  if (running == running_series(taken_for)) {
    return {.cause = fmt::format("its pods report {}, but not with the labels that are asked for", running),
            .remedy = "run the adapter with other --engine-label-matchers"};
  }
  std::string remedy;
  if (const auto engine = engine_of_running_series(running)) {
    remedy = fmt::format("label the pod template llm-d.ai/engine-type: {}", type_of(*engine));
    if (running.ends_with(running_requests)) remedy += ", or ";
  }
  if (running.ends_with(running_requests)) {
    remedy += fmt::format("run the adapter with --metric-prefix={}",
                          running.substr(0, running.size() - running_requests.size()));
  }
  return {.cause = fmt::format("its pods report {}, which is not looked for: they are taken for {}", running,
                               type_of(taken_for)),
          .remedy = std::move(remedy)};
}

MissingSeries explain(const Variant& variant, const TargetSignals& target) {
  const Sighting& seen = target.sighting;
  const Engine engine = variant.target->engine;
  const std::string running = find_running(seen.metric_names);
  if (!seen.served_names.empty() && (!running.empty() || seen.metric_names.empty())) {
    return {.cause = fmt::format("its pods report model_name {}{}, not \"{}\"", quoted(seen.served_names),
                                 running.empty() ? "" : " (" + running + ")", variant.model_id),
            .remedy = seen.served_names.size() == 1 ? fmt::format("make spec.modelID \"{}\"", seen.served_names.front())
                                                    : "make spec.modelID the name that the model is served by"};
  }
  if (!running.empty()) return not_looked_for(running, engine);
  if (running_series(engine).empty()) {
    return {.cause = fmt::format("{} does not tell how many requests it runs", type_of(engine)),
            .remedy = "scale it by something else; it is kept at its present count"};
  }
  if (!seen.metric_names.empty()) {
    const std::string of_model =
        seen.served_names.empty() ? "" : fmt::format(" of model_name {}", quoted(seen.served_names));
    return {.cause = fmt::format("its pods report {}{}, but not how many requests they run ({})",
                                 fmt::join(seen.metric_names, ", "), of_model, running_requests),
            .remedy = "keep that series in the metric relabeling, or name the engine's own by --series-running"};
  }
  if (seen.without_pod_label) {
    return {.cause = "the series of the model have no label \"pod\", so nothing tells which pods they come from",
            .remedy = "add the label by relabeling"};
  }
  if (!seen.scraped) {
    return {.cause =
                target.evidence.until ? "Prometheus no longer scrapes its pods" : "Prometheus does not scrape its pods",
            .remedy = "have them scraped, by a PodMonitor for one, with the labels namespace and pod"};
  }
  if (!*seen.scraped)
    return {.cause = "scrapes of its pods fail (up is 0)", .remedy = "see Prometheus' page of targets for the cause"};
  return {.cause = "its pods are scraped, but report no series of a model server",
          .remedy =
              "let the server report statistics (vLLM: no --disable-log-stats), and keep them in the metric "
              "relabeling"};
}

}  // namespace

std::optional<MissingSeries> missing_series(const Variant& variant, const ModelSignals& signals,
                                            const TargetSignals& target) {
  if (!variant.target || variant.target->ready_replicas == 0) return std::nullopt;
  if (signals.empty() || signals.failed.test(static_cast<std::size_t>(Signal::pods))) return std::nullopt;
  if (is_positive(target.samples.back().replicas)) return std::nullopt;
  return explain(variant, target);
}

std::string quoted(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", names[i]);
  return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

}  // namespace inferno
