#include "tests/schedules/simulated_prometheus.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "adapter/http_client/http_failure.hpp"
#include "adapter/prometheus/query_answer.hpp"

namespace inferno::schedules {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using http_client::HttpFailure;
using http_client::HttpResult;
using signals::Grouping;
using signals::Scope;

namespace {

constexpr std::chrono::seconds deadline{3};
constexpr std::size_t largest_answer = std::size_t{1} << 20U;

struct Series {
  std::string labels;
  std::vector<std::pair<TimePoint, double>> values;
};

std::string render(const std::vector<Series>& result, bool partial) {
  std::string text = R"({"status":"success",)";
  if (partial) text += R"("warnings":["some store did not answer"],)";
  text += R"("data":{"resultType":"matrix","result":[)";
  for (const Series& series : result) {
    if (&series != result.data()) text += ',';
    fmt::format_to(std::back_inserter(text), R"({{"metric":{{{}}},"values":[)", series.labels);
    for (const auto& value : series.values) {
      if (&value != series.values.data()) text += ',';
      fmt::format_to(std::back_inserter(text), R"([{},"{}"])", value.first.time_since_epoch().count() / 1000,
                     value.second);
    }
    text += "]}";
  }
  return text + "]}}";
}

// What arrives instead of the body.
std::string spoiled(QueryFault fault, std::string body) {
  switch (fault) {
    case QueryFault::error_page:
      return "<html><body>503 Service Temporarily Unavailable</body></html>";
    case QueryFault::error_document:
      return R"({"status":"error","errorType":"execution","error":"expanding series: context canceled"})";
    case QueryFault::garbage:
      return R"({"status":"success","data":{"resultType":"vector","result":[{"metric":[],"value":7}]}})";
    case QueryFault::truncated:
      body.resize(body.size() - 2);
      return body;
    default:
      return body;
  }
}

unsigned status_of(QueryFault fault) {
  return fault == QueryFault::error_page ? 503 : fault == QueryFault::error_document ? 422 : 200;
}

}  // namespace

SimulatedPrometheus::SimulatedPrometheus(const Fleet& fleet, const signals::SignalOptions& options,
                                         const GridTiming& timing, const Clock& clock, const QueryFaults& faults,
                                         Random& random, ::prometheus::Registry& registry)
    : fleet_(fleet),
      timing_(timing),
      expressions_(options),
      signals_(fleet, timing),
      clock_(clock),
      faults_(faults),
      random_(random),
      sabotage_(timing.sabotage),
      metrics_(registry) {
  set_divided_models({}, {});
}

void SimulatedPrometheus::set_divided_models(std::vector<std::string> namespaces, std::vector<std::string> models) {
  Scope by_pod;
  by_pod.models = std::move(models);
  Scope cache;
  cache.namespaces = std::move(namespaces);
  learn_expressions({}, by_pod, cache);
}

// By the text that the adapter's own code makes of a signal, whatever that is.
void SimulatedPrometheus::learn_expressions(const Scope& by_model, const Scope& by_pod, const Scope& cache) {
  const signals::Expressions& ask = expressions_;
  const auto add = [this](std::string expression, Asked what, By by) {
    meanings_.insert_or_assign(std::move(expression), Question{.what = what, .by = by, .ago = {}});
  };
  for (const By by : {By::pod, By::model}) {
    const Grouping grouping = by == By::pod ? Grouping::pod : Grouping::model;
    const Scope& scope = by == By::pod ? by_pod : by_model;
    add(ask.kv_usage(grouping, scope), Asked::kv_usage, by);
    add(ask.running(grouping, scope), Asked::running, by);
    add(ask.waiting(grouping, scope), Asked::waiting, by);
    add(ask.pods(grouping, scope), Asked::pods, by);
    Scope phased = scope;
    for (; phased.phase < timing_.flow_interval; phased.phase += timing_.step) {
      add(ask.finished_rise(grouping, phased), Asked::finished_rise, by);
    }
    add(ask.throughput(grouping, scope), Asked::throughput, by);
    add(ask.batch(grouping, scope), Asked::batch, by);
  }
  add(ask.gateway_queue(by_model), Asked::gateway_queue, By::model);
  add(ask.activity(by_model), Asked::activity, By::model);
  add(ask.scraped_pods(by_model), Asked::scraped_pods, By::model);
  add(ask.finished_total(by_model), Asked::finished_total, By::model);
  add(ask.gateway_activity(by_model), Asked::gateway_activity, By::model);
  add(ask.any_data(), Asked::any_data, By::model);
  add(ask.cold_start(by_model), Asked::nothing, By::model);  // there is no kube-state-metrics
  add(ask.cache_blocks(cache), Asked::cache_blocks, By::model);
  add(ask.wake(by_model), Asked::wake, By::model);
}

Question SimulatedPrometheus::meaning_of(const std::string& expression) {
  if (const auto found = meanings_.find(expression); found != meanings_.end()) return found->second;
  // `up` is asked for the namespaces of models that are not seen, whichever they are.
  if (expression.find("max_over_time(up") != std::string::npos)
    return {.what = Asked::up_pods, .by = By::model, .ago = {}};
  // Holes in the scrape are of any length.
  constexpr std::string_view offset = " offset ";
  if (const auto found = expression.find(offset); found != std::string::npos) {
    const Duration ago = std::chrono::seconds{std::strtol(expression.c_str() + found + offset.size(), nullptr, 10)};
    if (expressions_.same_counters({}, ago) == expression)
      return {.what = Asked::same_counters, .by = By::model, .ago = ago};
  }
  unknown_query_ = expression;
  return {};
}

std::string SimulatedPrometheus::body(const Question& question, const prometheus::RangeQuery& query, bool partial) {
  std::vector<Series> result;
  std::map<std::string, std::size_t> by_labels;
  TimePoint time = query.start;
  const Emit emit = [&](const std::string& labels, double value) {
    const auto [found, is_new] = by_labels.try_emplace(labels, result.size());
    if (is_new) result.push_back({.labels = labels, .values = {}});
    result[found->second].values.emplace_back(time, value);
  };
  for (; time <= query.end; time += query.step) {
    signals_.evaluate(question, time, clock_.now(), emit);
  }
  if (partial) std::erase_if(result, [this](const Series&) { return random_.chance(0.5); });
  return render(result, partial && sabotage_ != Sabotage::warnings_ignored);
}

asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> SimulatedPrometheus::query_range(
    const prometheus::RangeQuery& query, prometheus::SeriesVisitor& visitor) {
  QueryFault fault = random_.chance(faults_.share) ? faults_.fault : QueryFault::none;
  if (fault == QueryFault::silent || fault == QueryFault::slow) {
    asio::steady_timer wait(co_await asio::this_coro::executor);
    wait.expires_after(fault == QueryFault::slow ? std::chrono::seconds{2} : deadline);
    co_await wait.async_wait(asio::use_awaitable);
  }
  prometheus::QueryAnswer answer(largest_answer, visitor, metrics_);
  if (fault == QueryFault::refused || fault == QueryFault::silent) {
    const HttpFailure failure =
        fault == QueryFault::refused
            ? HttpFailure{.kind = HttpFailure::Kind::unreachable, .message = "connect: connection refused"}
            : HttpFailure{.kind = HttpFailure::Kind::timeout, .message = "no answer within 3 s"};
    co_return answer.finish(HttpResult<void>(failure));
  }
  http::fields head;
  head.set(http::field::date,
           fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", std::chrono::floor<std::chrono::seconds>(clock_.now())));
  std::string text = spoiled(fault, body(meaning_of(query.expression), query, fault == QueryFault::partial));
  if (answer.on_head(status_of(fault), head)) answer.on_body(text);
  auto report = answer.finish(HttpResult<void>());
  if (report) last_answer_ = clock_.now();
  if (report && !first_answer_) first_answer_ = last_answer_;
  co_return report;
}

}  // namespace inferno::schedules
