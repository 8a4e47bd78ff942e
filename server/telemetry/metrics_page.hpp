// The page at /metrics, in Prometheus' text format 0.0.4: a prometheus-cpp registry and texts computed at scrape.
//
// Thread safe. A scrape holds one server thread while it writes the page, so a text source must be quick (it may be
// long), must not block, and writes whole metric families that nobody else writes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/http/message.hpp"
#include "server/http/router.hpp"

namespace prometheus {
class Registry;
}

namespace inferno::server {

// Appends lines, each ended.
using TextSource = std::function<void(std::string&)>;

class MetricsPage {
 public:
  explicit MetricsPage(std::shared_ptr<::prometheus::Registry> registry);

  // Before the first request.
  void add(TextSource source);

  [[nodiscard]] std::string render() const;
  [[nodiscard]] Response answer() const;

 private:
  std::shared_ptr<::prometheus::Registry> registry_;
  std::vector<TextSource> sources_;
};

// GET /metrics. The page lives as long as the router does.
void add_metrics_route(Router& router, const std::shared_ptr<const MetricsPage>& page);

struct BuildDescription {
  std::string version;
  std::string revision;
  std::string compiler;
};

// inferno_adapter_build_info, whose value is always 1.
void register_build_info(::prometheus::Registry& registry, const BuildDescription& build);

}  // namespace inferno::server
