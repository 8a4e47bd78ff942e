#include "tests/unit/wake/wake_board.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace inferno::testing {
namespace {

constexpr TimePoint moment{std::chrono::seconds{1'700'000'000}};

class Waiting final : public FleetSignals {
 public:
  explicit Waiting(std::map<std::string, double> queues) : queues_(std::move(queues)) {}

  [[nodiscard]] TimePoint as_of() const override { return moment; }
  [[nodiscard]] ModelSignals gather(const ModelKey& model, std::span<const std::string> targets,
                                    Duration /*retention_period*/) const override {
    ModelSignals signals;
    signals.as_of = moment;
    signals.variants.resize(targets.size());
    const auto found = queues_.find(model.model_id);
    if (found != queues_.end()) signals.wake_queue = found->second;
    return signals;
  }

 private:
  std::map<std::string, double> queues_;
};

}  // namespace

Variant make_wake_variant(const std::string& name, std::int32_t replicas) {
  Variant variant;
  variant.namespace_name = "llm";
  variant.name = name;
  variant.model_id = name;
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = name + "-decode"};
  variant.target.emplace();
  variant.target->spec_replicas = variant.target->ready_replicas = replicas;
  return variant;
}

DecisionBoard make_wake_board(std::vector<Variant> variants, std::map<std::string, double> queues) {
  auto state = std::make_shared<const ClusterState>(std::move(variants),
                                                    std::make_shared<const PolicyBook>(PolicyBook::parse({})));
  return DecisionBoard(std::move(state), std::make_shared<const Waiting>(std::move(queues)), moment, {});
}

}  // namespace inferno::testing
