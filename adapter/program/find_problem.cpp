#include "adapter/program/find_problem.hpp"

#include <filesystem>

#include "adapter/program/cluster_access.hpp"
#include "adapter/program/serving_files.hpp"
#include "adapter/program/settings.hpp"
#include "adapter/wake/gateway_client.hpp"

namespace inferno {
namespace {

std::optional<OptionProblem> find_gateway_problem(const ClusterActionOptions& options) {
  if (options.gateway_metrics_url.empty() || options.gateway_metrics_url == "auto") return std::nullopt;
  const auto url = wake::parse_gateway_url(options.gateway_metrics_url);
  if (!url) return OptionProblem{"gateway-metrics-url", url.error().message};
  return std::nullopt;
}

std::optional<OptionProblem> find_source_problem(const StateOptions& options) {
  if (!options.standalone_dir.empty()) {
    if (std::filesystem::is_directory(options.standalone_dir)) return std::nullopt;
    return OptionProblem{"standalone-dir", "\"" + options.standalone_dir + "\" is not a directory"};
  }
  const auto access = cluster_access(options);
  if (!access) return OptionProblem{"kubeconfig", access.error().message};
  return std::nullopt;
}

}  // namespace

std::optional<OptionProblem> find_problem(const Options& options) {
  if (auto problem = validate(options)) return problem;
  if (auto problem = find_file_problem(options)) return problem;
  const auto prometheus_problems = prometheus::validate(prometheus_settings(options.prometheus));
  if (!prometheus_problems.empty())
    return OptionProblem{prometheus_problems.front().option, prometheus_problems.front().message};
  if (auto problem = find_source_problem(options.state)) return problem;
  if (auto problem = find_gateway_problem(options.actions)) return problem;
  const auto signal_problems = signal_settings(options).problems();
  if (!signal_problems.empty()) return OptionProblem{"signal-step", signal_problems.front()};
  return std::nullopt;
}

}  // namespace inferno
