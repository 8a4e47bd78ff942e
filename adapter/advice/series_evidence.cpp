#include "adapter/advice/series_evidence.hpp"

#include <chrono>
#include <cmath>

namespace inferno {
namespace {

constexpr std::chrono::minutes first_scrape{2};

bool failed(const ModelSignals& signals, Signal signal) {
  return signals.failed.test(static_cast<std::size_t>(signal));
}

}  // namespace

bool lacks_series(const Variant& variant, const ModelSignals& signals) {
  if (!variant.target || variant.target->ready_replicas == 0 || signals.samples.empty()) return false;
  if (failed(signals, Signal::pods) || failed(signals, Signal::activity)) return false;
  // For most kinds this is when the target became available, not when it was asked to.
  const auto& left_zero = variant.target->left_zero_at;
  if (left_zero && signals.as_of - *left_zero < first_scrape) return false;
  const float pods = signals.samples.back().pods;
  return (std::isnan(pods) || pods <= 0) && !signals.activity.evidence_until;
}

}  // namespace inferno
