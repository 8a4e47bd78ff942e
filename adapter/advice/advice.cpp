#include "adapter/advice/advice.hpp"

namespace inferno {

std::string_view to_string(AdviceCode code) {
  switch (code) {
    case AdviceCode::target_shared:
      return "TargetShared";
    case AdviceCode::several_autoscalers:
      return "SeveralAutoscalers";
    case AdviceCode::unexpected_metric:
      return "UnexpectedMetric";
    case AdviceCode::other_variant:
      return "MetricOfOtherVariant";
    case AdviceCode::selector_matches_nothing:
      return "SelectorMatchesNothing";
    case AdviceCode::selector_matches_several:
      return "SelectorMatchesSeveral";
    case AdviceCode::not_average_value:
      return "TargetTypeNotAverageValue";
    case AdviceCode::average_value_not_one:
      return "AverageValueNotOne";
    case AdviceCode::tolerance_ignores_growth:
      return "ToleranceIgnoresGrowth";
    case AdviceCode::min_replicas_prevents_zero:
      return "MinReplicasPreventsZero";
    case AdviceCode::not_woken_by_autoscaler:
      return "NotWokenByAutoscaler";
    case AdviceCode::no_series:
      return "NoSeries";
    case AdviceCode::pods_of_others:
      return "PodsOfOthers";
    case AdviceCode::field_ignored:
      return "FieldIgnored";
    case AdviceCode::min_above_max:
      return "MinReplicasAboveMax";
  }
  return "Unknown";
}

}  // namespace inferno
