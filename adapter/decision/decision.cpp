#include "adapter/decision/decision.hpp"

#include <stdexcept>

namespace inferno {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::saturation:
      return "Saturation";
    case Reason::steady:
      return "Steady";
    case Reason::idle:
      return "Idle";
    case Reason::wake_up:
      return "WakeUp";
    case Reason::minimum_replicas:
      return "MinimumReplicas";
    case Reason::metrics_missing:
      return "MetricsMissing";
    case Reason::stale:
      return "Stale";
  }
  throw std::invalid_argument("not a decision reason");
}

}  // namespace inferno
