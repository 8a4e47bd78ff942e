// The client against a real Prometheus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>

#include "adapter/prometheus/prometheus_client.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/prometheus_process.hpp"

namespace inferno::prometheus {
namespace {

using inferno::testing::OpenMetricsHistory;
using inferno::testing::PrometheusProcess;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr TimePoint begin{seconds{1'700'000'000}};

// pod label to samples (seconds since `begin`, value).
class SamplesByPod final : public SeriesVisitor {
 public:
  void on_series(std::span<const LabelView> labels) override {
    std::string pod;
    for (const auto& [name, value] : labels) {
      if (name == "pod") pod = value;
    }
    newest_ = &series[pod];
  }
  void on_sample(TimePoint time, double value) override {
    newest_->emplace_back(std::chrono::duration<double>(time - begin).count(), value);
  }

  std::map<std::string, std::vector<std::pair<double, double>>> series;

 private:
  std::vector<std::pair<double, double>>* newest_ = nullptr;
};

class RealPrometheus : public ::testing::Test {
 protected:
  void start(OpenMetricsHistory history, std::vector<std::string> flags = {}) {
    PrometheusProcess::Setup setup;
    setup.history = std::move(history);
    setup.flags = std::move(flags);
    process = std::make_unique<PrometheusProcess>(setup);
    options.url = process->url();
  }

  QueryResult<QueryReport> ask(const std::string& expression, seconds length = seconds{0},
                               Duration step = seconds{15}) {
    if (!client) client = std::make_unique<PrometheusClient>(context.get_executor(), options, registry);
    RangeQuery query;
    query.expression = expression;
    query.start = begin;
    query.end = begin + length;
    query.step = step;
    visitor = {};
    return inferno::testing::ask(context, *client, query, visitor);
  }

  ::prometheus::Registry registry;
  boost::asio::io_context context;
  PrometheusClientOptions options;
  SamplesByPod visitor;
  std::unique_ptr<PrometheusProcess> process;
  std::unique_ptr<PrometheusClient> client;
};

OpenMetricsHistory three_steps() {
  OpenMetricsHistory history;
  const char* series = R"(vllm:num_requests_running{namespace="a",pod="p"})";
  history.add(series, begin, 0.5).add(series, begin + seconds{15}, std::nan("")).add(series, begin + seconds{30}, 3);
  return history;
}

TEST_F(RealPrometheus, AnswersFromItsHistoryOnTheStepGrid) {
  start(three_steps());

  const auto result = ask("vllm:num_requests_running", seconds{30}, Duration{7'500});

  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->series, 1U);
  EXPECT_TRUE(result->warnings.empty());
  EXPECT_EQ(visitor.series, (decltype(visitor.series){{"p", {{0, 0.5}, {7.5, 0.5}, {30, 3}}}}));
}

TEST_F(RealPrometheus, TellsItsTime) {
  start({});
  const auto result = ask("vector(1)");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(std::chrono::abs(result->server_time.value_or(TimePoint{}) - SystemClock().now()), seconds{5});
}

TEST_F(RealPrometheus, AnswersManySeriesCompressed) {
  OpenMetricsHistory history;
  constexpr int pods = 2000;
  for (int pod = 0; pod < pods; ++pod) {
    history.add("load{pod=\"pod-" + std::to_string(pod) + "\"}", begin, pod);
  }
  start(std::move(history));

  const auto result = ask("load", seconds{285});

  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->series, static_cast<std::size_t>(pods));
  EXPECT_EQ(visitor.series.size(), static_cast<std::size_t>(pods));
  EXPECT_EQ(visitor.series["pod-1999"].size(), 20U);
  EXPECT_EQ(visitor.series["pod-1999"].back(), std::pair(285.0, 1999.0));
}

TEST_F(RealPrometheus, TakesAnExpressionThatNoUrlCouldHold) {
  start(three_steps());
  std::string names = "p";
  while (names.size() < 100'000) names += "|another-pod-" + std::to_string(names.size());

  const auto result = ask("vllm:num_requests_running{pod=~\"" + names + "\"}");

  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->series, 1U);
}

TEST_F(RealPrometheus, ARefusedQuerySaysWhy) {
  start({});
  const auto result = ask("sum(");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, QueryErrorKind::rejected);
  EXPECT_THAT(result.error().message, HasSubstr("HTTP status 400, bad_data: "));
  EXPECT_THAT(result.error().message, HasSubstr("parse error"));
}

TEST_F(RealPrometheus, ItsLimitsMeanToAskForLess) {
  start(three_steps(), {"--query.max-samples=2"});

  const auto samples = ask("vllm:num_requests_running", seconds{30});
  ASSERT_FALSE(samples);
  EXPECT_EQ(samples.error().kind, QueryErrorKind::too_many_samples) << samples.error().message;

  const auto points = ask("vector(1)", seconds{11'001}, seconds{1});
  ASSERT_FALSE(points);
  EXPECT_EQ(points.error().kind, QueryErrorKind::too_many_samples) << points.error().message;
}

TEST_F(RealPrometheus, StoppedThenStartedAgain) {
  start(three_steps());
  ASSERT_TRUE(ask("vllm:num_requests_running"));

  process->stop();
  const auto stopped = ask("vllm:num_requests_running");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, QueryErrorKind::unreachable);
  EXPECT_EQ(stopped.error().message, process->url() + ": cannot connect: Connection refused");

  process->start();
  EXPECT_TRUE(ask("vllm:num_requests_running"));
}

TEST_F(RealPrometheus, Paused) {
  options.deadline = Duration{300};
  start(three_steps());
  process->pause();

  const auto result = ask("vllm:num_requests_running");

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, QueryErrorKind::timeout);
  EXPECT_EQ(result.error().message, process->url() + ": deadline exceeded while waiting for the answer");
}

TEST_F(RealPrometheus, ItsOwnTimeLimitIsATimeout) {
  start({}, {"--query.timeout=0s"});

  const auto result = ask("vector(1)");

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, QueryErrorKind::timeout) << result.error().message;
}

}  // namespace
}  // namespace inferno::prometheus
