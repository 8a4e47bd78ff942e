#include "tests/unit/wake/wake_board.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace inferno::testing {
namespace {

constexpr TimePoint moment{std::chrono::seconds{1'700'000'000}};

class BoundQueues final : public BoundSignals {
 public:
  explicit BoundQueues(const std::map<std::string, double>& queues) : queues_(queues) {}

  [[nodiscard]] ModelSignals gather(const Model& model, Duration /*retention_period*/) const override {
    ModelSignals signals;
    signals.as_of = moment;
    signals.targets.resize(model.variants.size());
    const auto found = queues_.find(model.key.model_id);
    if (found != queues_.end()) signals.wake_queue = found->second;
    return signals;
  }

 private:
  const std::map<std::string, double>& queues_;
};

class Queues final : public FleetSignals {
 public:
  explicit Queues(std::map<std::string, double> queues) : queues_(std::move(queues)) {}

  [[nodiscard]] TimePoint as_of() const override { return moment; }
  [[nodiscard]] std::shared_ptr<const BoundSignals> bind(const ClusterState& /*state*/) const override {
    return std::make_shared<const BoundQueues>(queues_);
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
  return DecisionBoard(std::move(state), std::make_shared<const Queues>(std::move(queues)), moment, {});
}

}  // namespace inferno::testing
