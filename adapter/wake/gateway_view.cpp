#include "adapter/wake/gateway_view.hpp"

#include <spdlog/fmt/fmt.h>

#include <utility>

#include "adapter/http_client/base_url.hpp"

namespace inferno::wake {
namespace {

std::string display(const GatewayEndpoint& endpoint) {
  const auto url = parse_gateway_url(endpoint.url);
  return url ? url->display() : std::string("with an unusable URL");
}

}  // namespace

void GatewayView::answered(const GatewayEndpoint& endpoint, signals::GatewayQueues queues, MonotonicTime now) {
  gateways_[endpoint] = {.queues = std::move(queues), .good_until = now + patience_, .problem = {}};
}

bool GatewayView::failed(const GatewayEndpoint& endpoint, const std::string& why, MonotonicTime now) {
  const auto [found, is_new] = gateways_.try_emplace(endpoint);
  Gateway& gateway = found->second;
  if (is_new) gateway.good_until = now + patience_;
  if (now < gateway.good_until) return false;
  gateway.problem =
      fmt::format("gateway {}: {}; until it answers, its queue is known by Prometheus only", display(endpoint), why);
  const bool counted = gateway.queues.has_value();
  gateway.queues.reset();
  return counted;
}

void GatewayView::keep_only(const std::set<GatewayEndpoint>& endpoints) {
  std::erase_if(gateways_, [&](const auto& entry) { return !endpoints.contains(entry.first); });
}

std::optional<signals::GatewayQueues> GatewayView::queues() const {
  std::optional<signals::GatewayQueues> sum;
  for (const auto& [endpoint, gateway] : gateways_) {
    if (!gateway.queues) continue;
    if (!sum) sum.emplace();
    for (const auto& [model, queue] : *gateway.queues) (*sum)[model] += queue;
  }
  return sum;
}

std::set<std::string> GatewayView::problems() const {
  std::set<std::string> problems;
  for (const auto& [endpoint, gateway] : gateways_) {
    if (!gateway.problem.empty()) problems.insert(gateway.problem);
  }
  return problems;
}

}  // namespace inferno::wake
