#include "adapter/decision/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <ranges>
#include <vector>

namespace inferno {
namespace {

constexpr double noise = 1e-6;

std::int32_t bound_of(const VariantDecision& variant) {
  return variant.max_replicas.value_or(std::numeric_limits<std::int32_t>::max());
}

// The variants of the role that may have replicas, the cheapest per capacity first.
class Plan {
 public:
  explicit Plan(std::span<VariantDecision* const> variants) {
    for (VariantDecision* variant : variants) {
      variant->desired = std::clamp(variant->current, variant->min_replicas, bound_of(*variant));
      variant->limited = variant->desired < variant->current;
      if (variant->has_target) cheapest_first_.push_back(variant);
    }
    sort(cheapest_first_, [](const VariantDecision& variant) { return variant.cost / variant.capacity; });
  }

  [[nodiscard]] bool empty() const { return cheapest_first_.empty(); }
  [[nodiscard]] double capacity() const {
    double sum = 0;
    for (const VariantDecision* variant : cheapest_first_) sum += variant->desired * variant->capacity;
    return sum;
  }
  [[nodiscard]] std::int32_t total() const {
    std::int32_t sum = 0;
    for (const VariantDecision* variant : cheapest_first_) sum += variant->desired;
    return sum;
  }

  // From the dearest on. What still loads is not cancelled while something dearer is left: once it serves, the dearer
  // can go.
  void shrink_to(double needed) {
    if (capacity() <= needed + noise) return;
    const double ready_floor = std::min(needed, ready_capacity());
    bool dearer_left = false;
    for (VariantDecision* variant : cheapest_first_ | std::views::reverse) {
      const bool loading = variant->ready < variant->desired;
      if (!(dearer_left && loading)) shrink(*variant, needed, ready_floor);
      dearer_left |= variant->desired > 0;
    }
  }

  void keep_one() {
    if (total() > 0) return;
    std::vector<VariantDecision*> by_cost = cheapest_first_;
    sort(by_cost, [](const VariantDecision& variant) { return variant.cost; });
    const auto first =
        std::ranges::find_if(by_cost, [](const VariantDecision* variant) { return bound_of(*variant) > 0; });
    if (first != by_cost.end()) (*first)->desired = 1;
  }

  // Tells whom only its minimum keeps from giving back a replica.
  void note_minimums(double needed) {
    const double spare = capacity() - needed + noise;
    for (VariantDecision* variant : cheapest_first_) {
      const std::int32_t one = total() == variant->desired ? 1 : 0;
      variant->held_up =
          variant->min_replicas > one && variant->desired == variant->min_replicas && spare >= variant->capacity;
    }
  }

  // Whole replicas that cover what is missing: of the first variant that has room, then of the next.
  void grow_to(double needed) {
    for (VariantDecision* variant : cheapest_first_) {
      const double missing = needed - capacity();
      if (missing <= noise) return;
      const double wanted = std::ceil((missing - noise) / variant->capacity);
      const double room = bound_of(*variant) - variant->desired;
      variant->limited |= wanted > room && variant->max_replicas;
      constexpr double most = 1e9;  // far beyond any cluster, far below what overflows
      variant->desired += static_cast<std::int32_t>(std::min({most, wanted, room}));
    }
  }

 private:
  static void sort(std::vector<VariantDecision*>& variants, auto price) {
    std::ranges::sort(variants, [price](const VariantDecision* a, const VariantDecision* b) {
      const double price_a = price(*a);
      const double price_b = price(*b);
      return price_a != price_b ? price_a < price_b : a->name < b->name;
    });
  }

  // Kubernetes removes pods that are not ready first.
  [[nodiscard]] double ready_capacity() const {
    double sum = 0;
    for (const VariantDecision* variant : cheapest_first_)
      sum += std::min(variant->desired, variant->ready) * variant->capacity;
    return sum;
  }

  // Takes as many replicas of one variant as the demand can spare.
  void shrink(VariantDecision& variant, double needed, double ready_floor) const {
    const std::int32_t before = variant.desired;
    const std::int32_t one = total() == before ? 1 : 0;
    const std::int32_t kept = std::max(one, variant.min_replicas);
    const double spare = (capacity() - needed + noise) / variant.capacity;
    if (spare < 1 || before <= kept) return;
    variant.desired -= static_cast<std::int32_t>(std::min<double>(spare, before - kept));
    // Give back ready replicas that the rest of the ready ones could not replace.
    while (variant.desired < before && ready_capacity() < ready_floor - noise) ++variant.desired;
  }

  std::vector<VariantDecision*> cheapest_first_;
};

}  // namespace

double allocate(std::span<VariantDecision* const> variants, const CapacityDemand& demand) {
  Plan plan(variants);
  if (plan.empty()) return 0;
  plan.shrink_to(demand.shrink_to);
  plan.keep_one();
  plan.grow_to(demand.grow_to);
  plan.note_minimums(demand.shrink_to);
  const double missing = demand.grow_to - plan.capacity();
  return missing > noise ? missing : 0;
}

}  // namespace inferno
