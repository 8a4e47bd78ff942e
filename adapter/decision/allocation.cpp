#include "adapter/decision/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <ranges>
#include <utility>

namespace inferno {
namespace {

constexpr double noise = 1e-6;

struct Plan {
  const std::vector<AllocationVariant>& variants;
  std::vector<std::int32_t> replicas;

  [[nodiscard]] double capacity() const {
    double sum = 0;
    for (std::size_t i = 0; i < variants.size(); ++i) sum += replicas[i] * variants[i].capacity;
    return sum;
  }
  // Kubernetes removes pods that are not ready first.
  [[nodiscard]] double ready_capacity() const {
    double sum = 0;
    for (std::size_t i = 0; i < variants.size(); ++i)
      sum += std::min(replicas[i], variants[i].ready) * variants[i].capacity;
    return sum;
  }
  [[nodiscard]] std::int32_t total() const { return std::accumulate(replicas.begin(), replicas.end(), 0); }
};

std::vector<std::size_t> in_order(const std::vector<AllocationVariant>& variants, auto price) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (variants[i].usable) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double price_a = price(variants[a]);
    const double price_b = price(variants[b]);
    return price_a != price_b ? price_a < price_b : variants[a].name < variants[b].name;
  });
  return order;
}

// Takes as many replicas of one variant as the demand can spare.
void shrink(Plan& plan, std::size_t index, const CapacityDemand& demand, double ready_floor) {
  const double each = plan.variants[index].capacity;
  std::int32_t& replicas = plan.replicas[index];
  const std::int32_t fewest = demand.at_least_one && plan.total() == replicas ? 1 : 0;
  const double spare = (plan.capacity() - demand.shrink_to + noise) / each;
  if (spare < 1 || replicas <= fewest) return;

  const std::int32_t before = replicas;
  replicas -= static_cast<std::int32_t>(std::min<double>(spare, replicas - fewest));
  // Give back ready replicas that the rest of the ready ones could not replace.
  while (replicas < before && plan.ready_capacity() < ready_floor - noise) ++replicas;
}

// From the dearest on. What still loads is not cancelled while something dearer is left: once it serves, the dearer can
// go.
void shrink_all(Plan& plan, const std::vector<std::size_t>& cheapest_first, const CapacityDemand& demand) {
  const double ready_floor = std::min(demand.shrink_to, plan.ready_capacity());
  bool dearer_left = false;
  for (const std::size_t index : cheapest_first | std::views::reverse) {
    const bool loading = plan.variants[index].ready < plan.replicas[index];
    if (!(dearer_left && loading)) shrink(plan, index, demand, ready_floor);
    dearer_left |= plan.replicas[index] > 0;
  }
}

}  // namespace

namespace {

// Whole replicas that cover what is missing: of the first variant in order that has room, then of the next.
void grow(Plan& plan, const std::vector<std::size_t>& cheapest_first, const CapacityDemand& demand,
          Allocation& result) {
  for (const std::size_t index : cheapest_first) {
    const double missing = demand.grow_to - plan.capacity();
    if (missing <= noise) return;
    const double wanted = std::ceil((missing - noise) / plan.variants[index].capacity);
    const std::int32_t room = plan.variants[index].most - plan.replicas[index];
    if (wanted > room) result.limited[index] = true;
    constexpr double most = 1e9;  // far beyond any cluster, far below what overflows
    plan.replicas[index] += static_cast<std::int32_t>(std::min({most, wanted, static_cast<double>(room)}));
  }
  result.missing = std::max(0.0, demand.grow_to - plan.capacity());
  if (result.missing <= noise) result.missing = 0;
}

}  // namespace

Allocation allocate(const std::vector<AllocationVariant>& variants, const CapacityDemand& demand) {
  Allocation result{.replicas = {}, .limited = std::vector<bool>(variants.size(), false), .missing = 0};
  Plan plan{.variants = variants, .replicas = {}};
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const AllocationVariant& variant = variants[i];
    result.limited[i] = variant.usable && variant.current > variant.most;
    plan.replicas.push_back(variant.usable ? std::min(variant.current, variant.most) : 0);
  }

  const auto by_cost_per_capacity =
      in_order(variants, [](const auto& variant) { return variant.cost / variant.capacity; });
  if (by_cost_per_capacity.empty())
    return {.replicas = std::move(plan.replicas), .limited = result.limited, .missing = 0};

  if (plan.capacity() > demand.shrink_to + noise) shrink_all(plan, by_cost_per_capacity, demand);
  if (demand.at_least_one && plan.total() == 0) {
    const auto by_cost = in_order(variants, [](const auto& variant) { return variant.cost; });
    const auto first = std::ranges::find_if(by_cost, [&](std::size_t index) { return variants[index].most > 0; });
    if (first != by_cost.end()) plan.replicas[*first] = 1;
  }
  grow(plan, by_cost_per_capacity, demand, result);
  result.replicas = std::move(plan.replicas);
  return result;
}

}  // namespace inferno
