#include "adapter/advice/series_findings.hpp"

#include <chrono>
#include <utility>

#include "adapter/decision/missing_series.hpp"

namespace inferno {
namespace {

constexpr std::chrono::minutes first_scrape{2};

}  // namespace

std::optional<SeriesFindings> find_series(const Variant& variant, const ModelSignals& signals, std::size_t target) {
  SeriesFindings findings{.missing = {}, .remedy = {}, .pods_of_others = signals.pods_of_others};
  const TargetSignals& own = signals.targets[target];
  // For most kinds this is when the target became available, not when it was asked to.
  const bool is_new =
      variant.target && variant.target->left_zero_at && signals.as_of - *variant.target->left_zero_at < first_scrape;
  const bool known = !signals.failed.test(static_cast<std::size_t>(Signal::idle_history));
  if (known && !is_new && !own.evidence.until) {
    if (auto missing = missing_series(variant, signals, own)) {
      findings.missing = std::move(missing->cause);
      findings.remedy = std::move(missing->remedy);
    }
  }
  if (findings.missing.empty() && findings.pods_of_others.empty()) return std::nullopt;
  return findings;
}

}  // namespace inferno
