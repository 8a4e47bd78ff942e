#include "server/telemetry/metrics_page.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace inferno::server {
namespace {

boost::asio::awaitable<Response> answer_scrape(std::shared_ptr<const MetricsPage> page) {
  co_return page->answer();
}

}  // namespace

MetricsPage::MetricsPage(std::shared_ptr<prometheus::Registry> registry) : registry_(std::move(registry)) {}

void MetricsPage::add(TextSource source) {
  sources_.push_back(std::move(source));
}

std::string MetricsPage::render() const {
  const prometheus::TextSerializer serializer;
  std::string page = serializer.Serialize(registry_->Collect());
  for (const auto& source : sources_) source(page);
  return page;
}

Response MetricsPage::answer() const {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = std::make_shared<const std::string>(render());
  return response;
}

void add_metrics_route(Router& router, const std::shared_ptr<const MetricsPage>& page) {
  router.add(boost::beast::http::verb::get, "/metrics",
             [page](const Request& /*request*/) { return answer_scrape(page); });
}

void register_build_info(prometheus::Registry& registry, const BuildDescription& build) {
  prometheus::BuildGauge()
      .Name("inferno_adapter_build_info")
      .Help("What this program was built from; always 1.")
      .Register(registry)
      .Add({{"version", build.version}, {"revision", build.revision}, {"compiler", build.compiler}})
      .Set(1);
}

}  // namespace inferno::server
