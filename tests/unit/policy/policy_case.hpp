// Short ways to write a policy case.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapter/policy/policy_book.hpp"

namespace inferno {

using Entries = std::map<std::string, std::string>;

inline PolicyBook scale_to_zero_book(Entries entries, std::optional<std::string> environment = std::nullopt) {
  PolicySources sources;
  sources.scale_to_zero = std::move(entries);
  sources.wva_scale_to_zero = std::move(environment);
  return PolicyBook::parse(sources);
}

inline PolicyBook saturation_book(Entries entries) {
  PolicySources sources;
  sources.saturation = std::move(entries);
  return PolicyBook::parse(sources);
}

// A resolved scale-to-zero policy on one line: "enabled (source), 10m (source)"; sources reduced to the key,
// "environment" or "built-in".
inline std::string shown(const PolicyBook& book, const ModelKey& model) {
  const auto source = [](const std::string& text) {
    const std::size_t key = text.find(", key ");
    if (key != std::string::npos) return text.substr(key + 6);
    return text.substr(0, text.find(' '));
  };
  const ScaleToZeroPolicy policy = book.resolve(model).scale_to_zero;
  return std::string(policy.enabled.value ? "on" : "off") + " (" + source(policy.enabled.source) + "), " +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(policy.retention_period.value).count()) +
         "s (" + source(policy.retention_period.source) + ")";
}

// "key: message" of every warning.
inline std::vector<std::string> warnings(const PolicyBook& book) {
  std::vector<std::string> result;
  for (const ConfigWarning& warning : book.warnings()) result.push_back(warning.key + ": " + warning.message);
  return result;
}

}  // namespace inferno
