#include <prometheus/registry.h>

#include <cstdio>
#include <cstdlib>

#include "server/http/target.hpp"
#include "server/telemetry/http_metrics.hpp"
#include "server/telemetry/metrics_page.hpp"
#include "tests/support/http/await.hpp"
#include "tests/support/temporary_folder.hpp"

namespace inferno::server {
namespace {

using boost::beast::http::verb;
using ::testing::HasSubstr;
using ::testing::Not;

class Telemetry : public ::testing::Test {
 protected:
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  HttpMetrics metrics_{*registry_, {"custom.metrics.k8s.io", "external.metrics.k8s.io"}};
  MetricsPage page_{registry_};
};

TEST_F(Telemetry, CountsRequestsByVerbCodeAndGroup) {
  for (int i = 0; i < 2; ++i) {
    metrics_.request_started();
    metrics_.request_finished({verb::get, "custom.metrics.k8s.io", 200, std::chrono::milliseconds(2)});
  }
  metrics_.request_started();
  metrics_.request_finished({verb::head, "", 404, std::chrono::milliseconds(2)});
  metrics_.request_started();
  const std::string page = page_.render();
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_requests_total{code=\"200\",group=\"custom.metrics.k8s.io\","
                              "verb=\"GET\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_requests_total{code=\"404\",group=\"\",verb=\"HEAD\"} 1\n"));
  EXPECT_THAT(page,
              HasSubstr("inferno_adapter_http_request_duration_seconds_bucket{code=\"200\",group=\"custom.metrics."
                        "k8s.io\",verb=\"GET\",le=\"0.0025\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_requests_in_flight 1\n"));
}

TEST_F(Telemetry, WhatClientsMakeUpAddsNoSeries) {
  for (int i = 0; i < 100; ++i) {
    metrics_.request_started();
    metrics_.request_finished({verb::unknown, "group-" + std::to_string(i), 404, std::chrono::milliseconds(1)});
    metrics_.request_started();
    metrics_.request_finished({verb::propfind, "made-up", 404, std::chrono::milliseconds(1)});
  }
  const std::string page = page_.render();
  EXPECT_THAT(page,
              HasSubstr("inferno_adapter_http_requests_total{code=\"404\",group=\"other\",verb=\"other\"} 200\n"));
  EXPECT_THAT(page, Not(HasSubstr("group-1")));
}

TEST_F(Telemetry, CountsConnectionsAndRefusals) {
  metrics_.connection_opened();
  metrics_.connection_opened();
  metrics_.connection_closed();
  metrics_.refused(ServerObserver::Refusal::connection_limit);
  metrics_.refused(ServerObserver::Refusal::requests_in_flight);
  metrics_.handshake_failed({});
  metrics_.accept_failed({});
  const std::string page = page_.render();
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_connections 1\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_connections_accepted_total 2\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_refusals_total{reason=\"connection_limit\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_refusals_total{reason=\"requests_in_flight\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_tls_handshake_failures_total 1\n"));
  EXPECT_THAT(page, HasSubstr("inferno_adapter_http_accept_failures_total 1\n"));
}

TEST_F(Telemetry, ThePageIsServedAsTextFormatWithSourcesAppended) {
  register_build_info(*registry_, {"1.2.3", "abc", "gcc"});
  auto page = std::make_shared<MetricsPage>(registry_);
  page->add([](std::string& out) { out += "# HELP extra Extra.\n# TYPE extra gauge\nextra 1\n"; });
  Router router;
  add_metrics_route(router, page);
  Request request;
  ASSERT_TRUE(parse_target("/metrics", request));
  const Response response = inferno::testing::await(router.route(request));
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(*response.body,
              HasSubstr("inferno_adapter_build_info{compiler=\"gcc\",revision=\"abc\",version=\"1.2.3\"} 1\n"));
  EXPECT_TRUE(response.body->ends_with("\nextra 1\n"));
}

TEST_F(Telemetry, PromtoolFindsNothingToComplainOf) {
  register_build_info(*registry_, {"1.2.3", "abc", "gcc"});
  metrics_.connection_opened();
  metrics_.request_started();
  metrics_.request_finished({verb::get, "", 200, std::chrono::milliseconds(1)});
  const inferno::testing::TemporaryFolder folder;
  const auto file = folder.write("page.txt", page_.render());
  const auto output = folder.path("output.txt");
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a test program of one thread
  ASSERT_EQ(std::system(("promtool check metrics < " + file + " > " + output + " 2>&1").c_str()), 0)
      << std::ifstream(output).rdbuf();
}

}  // namespace
}  // namespace inferno::server
