#include "adapter/signals/series_names.hpp"

#include <algorithm>
#include <cctype>

namespace inferno::signals {
namespace {

constexpr std::string_view default_prefix = "vllm:";

bool is_metric_name(std::string_view name) {
  const auto first = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c == ':'; };
  return !name.empty() && first(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return first(byte) || std::isdigit(byte) != 0;
         });
}

}  // namespace

SeriesNames SeriesNames::with_engine_prefix(std::string_view prefix) {
  SeriesNames names;
  for (std::string* name : {&names.kv_usage, &names.kv_usage_fallback, &names.running, &names.waiting, &names.finished,
                            &names.cache_config}) {
    name->replace(0, default_prefix.size(), prefix);
  }
  return names;
}

std::vector<std::string> SeriesNames::problems() const {
  std::vector<std::string> problems;
  const auto check = [&](std::string_view what, const std::string& name, bool required) {
    if (name.empty() ? required : !is_metric_name(name)) {
      problems.push_back("series name for " + std::string(what) + " is \"" + name +
                         "\"; expected letters, digits, _ and :, not starting with a digit");
    }
  };
  check("KV usage", kv_usage, true);
  check("KV usage (older name)", kv_usage_fallback, false);
  check("running requests", running, true);
  check("waiting requests", waiting, true);
  check("finished requests", finished, true);
  check("cache configuration", cache_config, false);
  check("gateway queue", gateway_queue, false);
  check("gateway arrivals", gateway_arrivals, false);
  check("gateway arrivals (older name)", gateway_arrivals_fallback, false);
  check("pod creation", pod_created, false);
  check("pod creation (other name)", pod_created_fallback, false);
  check("scrape success", up, true);
  return problems;
}

}  // namespace inferno::signals
