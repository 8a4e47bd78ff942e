// Answers everything under /apis, /api, /openapi and /version. All but the metric values is prepared at construction.
// Safe to call from any thread at the same time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/api/api_path.hpp"
#include "server/api/document.hpp"
#include "server/api/metrics_provider.hpp"
#include "server/api/version_info.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

struct ApiOptions {
  BuildInfo build;
  bool external_metrics = true;  // off: the group is neither listed nor answered; another server of the cluster owns it
};

class ApiHandler {
 public:
  ApiHandler(std::shared_ptr<MetricsProvider> provider, const ApiOptions& options);

  // `request` and this handler must outlive the call. What the provider throws, it throws.
  boost::asio::awaitable<Response> handle(const Request& request) const;

 private:
  boost::asio::awaitable<Result<std::string>> custom_metric(const CustomMetricPath& path, const Request& request,
                                                            Encoding encoding) const;
  boost::asio::awaitable<Result<std::string>> external_metric(const ExternalMetricPath& path, const Request& request,
                                                              Encoding encoding) const;
  [[nodiscard]] const Document* find_document(const Request& request) const;
  [[nodiscard]] const CustomMetricInfo* find_metric(const CustomMetricPath& path) const;

  std::shared_ptr<MetricsProvider> provider_;
  bool external_metrics_;
  std::vector<CustomMetricInfo> custom_metrics_;
  std::vector<std::string> external_metric_names_;
  std::unordered_map<std::string, Document> documents_;  // by path, without slashes at the ends
};

// The handler as the router takes it.
[[nodiscard]] Handler make_api_handler(std::shared_ptr<MetricsProvider> provider, const ApiOptions& options);

}  // namespace inferno::server
