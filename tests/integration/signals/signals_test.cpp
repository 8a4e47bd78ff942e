#include "tests/integration/signals/signals_test.hpp"

#include <prometheus/registry.h>

#include "adapter/prometheus/prometheus_client.hpp"

namespace inferno::testing {

// The real client, but for the Date header: these tests live in the past.
class SignalsTest::Client final : public prometheus::RangeQueryClient {
 public:
  Client(const boost::asio::any_io_executor& executor, const std::string& url, bool failures_expected)
      : failures_expected_(failures_expected), client_(executor, options_for(url), registry_) {}

  boost::asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> query_range(
      const prometheus::RangeQuery& query, prometheus::SeriesVisitor& visitor) override {
    auto report = co_await client_.query_range(query, visitor);
    if (report) {
      report->server_time.reset();
    } else if (!failures_expected_) {
      ADD_FAILURE() << report.error().message << "\nin " << query.expression;
    }
    co_return report;
  }

 private:
  static prometheus::PrometheusClientOptions options_for(const std::string& url) {
    prometheus::PrometheusClientOptions options;
    options.url = url;
    options.deadline = std::chrono::seconds{10};
    return options;
  }

  bool failures_expected_;
  ::prometheus::Registry registry_;
  prometheus::PrometheusClient client_;
};

SignalsTest::SignalsTest() = default;
SignalsTest::~SignalsTest() = default;

void SignalsTest::start() {
  prometheus_ = std::make_unique<PrometheusProcess>(
      PrometheusProcess::Setup{.history = history.samples(), .flags = prometheus_flags});
  cluster_.set(variants, retention_period);
  restart_collector();
}

void SignalsTest::restart_collector() {
  rig_.reset();
  client_.reset();
  context_ = std::make_unique<boost::asio::io_context>();
  client_ = std::make_unique<Client>(context_->get_executor(), prometheus_->url(), failures_expected);
  const signals::SignalCollector::Clients clients{.refresh = *client_, .wake = *client_};
  rig_ = std::make_unique<SignalRig>(*context_, clients, clock_, cluster_, options);
  rig_->refresh();
  rig_->run_until_complete();
}

void SignalsTest::refresh_at(TimePoint time) {
  clock_.set(time);
  rig_->refresh();
}

ModelSignals SignalsTest::gather(const std::string& model, const std::string& namespace_name, Duration period) {
  return rig_->gather(namespace_name, model, period);
}

}  // namespace inferno::testing
