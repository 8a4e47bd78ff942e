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

void GatewayView::answered(const GatewayEndpoint& endpoint, GatewayPage page, MonotonicTime now) {
  Gateway& gateway = gateways_[endpoint];
  std::erase_if(gateway.refused_at, [&](const auto& refused) {
    return now - refused.second >= memory_ || !page.refused.contains(refused.first);
  });
  if (gateway.page) {
    const std::map<ModelKey, double>& before = gateway.page->refused;
    for (const auto& [model, count] : page.refused) {
      // One that is lower than it was began anew, at zero.
      const auto known = before.find(model);
      if (known == before.end() || known->second != count) gateway.refused_at[model] = now;
    }
  }
  gateway.page = std::move(page);
  gateway.good_until = now + patience_;
  gateway.problem.clear();
}

bool GatewayView::failed(const GatewayEndpoint& endpoint, const std::string& why, MonotonicTime now) {
  const auto [found, is_new] = gateways_.try_emplace(endpoint);
  Gateway& gateway = found->second;
  if (is_new) gateway.good_until = now + patience_;
  if (now < gateway.good_until) return false;
  gateway.problem =
      fmt::format("gateway {}: {}; until it answers, its queue is known by Prometheus only", display(endpoint), why);
  const bool counted = gateway.page.has_value();
  gateway.page.reset();
  gateway.refused_at.clear();
  return counted;
}

void GatewayView::keep_only(const std::set<GatewayEndpoint>& endpoints) {
  std::erase_if(gateways_, [&](const auto& entry) { return !endpoints.contains(entry.first); });
}

std::optional<signals::GatewayDemand> GatewayView::demand() const {
  std::optional<signals::GatewayDemand> sum;
  for (const auto& [endpoint, gateway] : gateways_) {
    if (!gateway.page) continue;
    if (!sum) sum.emplace();
    for (const auto& [model, queue] : gateway.page->queued) (*sum)[model].queue += queue;
    for (const auto& [model, when] : gateway.refused_at) (*sum)[model].refused = true;
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
