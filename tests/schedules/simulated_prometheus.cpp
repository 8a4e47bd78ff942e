#include "tests/schedules/simulated_prometheus.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "adapter/http_client/http_failure.hpp"
#include "adapter/prometheus/query_answer.hpp"

namespace inferno::schedules {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using http_client::HttpFailure;
using http_client::HttpResult;
using signals::Scope;

namespace {

constexpr std::chrono::seconds deadline{3};
constexpr std::size_t largest_answer = std::size_t{1} << 20U;

struct Series {
  std::string labels;
  std::vector<std::pair<TimePoint, double>> values;
};

std::string render(const std::vector<Series>& result, const std::string& warnings) {
  std::string text = R"({"status":"success",)" + warnings + R"("data":{"resultType":"matrix","result":[)";
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

// The values of a matcher such as namespace=~"a|b": empty where there is none.
std::vector<std::string> matched_values(const std::string& expression, std::string_view matcher) {
  std::vector<std::string> values;
  const std::size_t found = expression.find(matcher);
  if (found == std::string::npos) return values;
  std::size_t begin = found + matcher.size();
  const std::size_t end = expression.find('"', begin);
  while (begin < end) {
    const std::size_t next = std::min(expression.find('|', begin), end);
    if (next > begin) values.push_back(expression.substr(begin, next - begin));
    begin = next + 1;
  }
  return values;
}

// What the text of an expression is restricted to.
Scope scope_of(const std::string& expression) {
  Scope scope;
  scope.namespaces = matched_values(expression, R"(namespace=~")");
  scope.models = matched_values(expression, R"(target_model_name=~")");
  constexpr std::string_view offset = " offset ";
  if (const auto found = expression.find(offset); found != std::string::npos)
    scope.ago = std::chrono::seconds{std::strtol(expression.c_str() + found + offset.size(), nullptr, 10)};
  return scope;
}

std::optional<Asked> asked_by(std::string_view query) {
  static const std::map<std::string_view, Asked> names{{"kv_usage", Asked::kv_usage},
                                                       {"running", Asked::running},
                                                       {"waiting", Asked::waiting},
                                                       {"pods", Asked::pods},
                                                       {"finished", Asked::finished},
                                                       {"gateway_queue", Asked::gateway_queue},
                                                       {"gateway_arrivals", Asked::gateway_arrivals},
                                                       {"reporting", Asked::reporting},
                                                       {"joined", Asked::joined},
                                                       {"used", Asked::used},
                                                       {"finished_since", Asked::finished_since},
                                                       {"gateway_use", Asked::gateway_use},
                                                       {"same_counters", Asked::same_counters},
                                                       {"throughput", Asked::throughput},
                                                       {"batch", Asked::batch},
                                                       {"cache_blocks", Asked::cache_blocks},
                                                       {"wake", Asked::wake},
                                                       {"sightings", Asked::sightings},
                                                       // No pod waits for blocks; there is no kube-state-metrics.
                                                       {"deferred", Asked::nothing},
                                                       {"cold_start", Asked::nothing}};
  const auto found = names.find(query);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

SimulatedPrometheus::SimulatedPrometheus(const Fleet& fleet, const signals::SignalOptions& options,
                                         const GridTiming& timing, const BackendTraits& traits, const Clock& clock,
                                         const QueryFaults& faults, Random& random, ::prometheus::Registry& registry)
    : queries_(options),
      signals_(fleet, timing),
      traits_(traits),
      clock_(clock),
      faults_(faults),
      random_(random),
      sabotage_(timing.sabotage),
      metrics_(registry) {}

const Question& SimulatedPrometheus::meaning_of(const std::string& expression) {
  const auto known = meanings_.find(expression);
  if (known != meanings_.end()) return known->second;
  const std::optional<Question> question = recognize(expression);
  if (!question) unknown_query_ = expression;
  return meanings_.emplace(expression, question.value_or(Question())).first->second;
}

// By the text that the adapter's own code makes of a query, whatever that is.
std::optional<Question> SimulatedPrometheus::recognize(const std::string& expression) const {
  Scope scope = scope_of(expression);
  for (const bool without_namespace : {true, false}) {
    scope.without_namespace = without_namespace;
    for (const signals::Query& query : queries_.all()) {
      const std::optional<Asked> what = asked_by(query.name);
      if (!what || query.expression(scope) != expression) continue;
      return Question{.what = *what,
                      .namespaces = scope.namespaces,
                      .without_namespace = without_namespace,
                      .models = scope.models,
                      .ago = scope.ago};
    }
  }
  return std::nullopt;
}

std::string SimulatedPrometheus::render_warnings(bool partial) const {
  std::string warnings;
  const auto add = [&](std::string_view text) {
    warnings += fmt::format(R"({}"{}")", warnings.empty() ? "" : ",", text);
  };
  if (traits_.remarks) {
    add(fmt::format("{}metric might not be a counter, name does not end in _total/_sum/_count/_bucket",
                    sabotage_ == Sabotage::infos_taken_for_warnings ? "" : "PromQL info: "));
  }
  if (partial && sabotage_ != Sabotage::warnings_ignored) add("some store did not answer");
  return warnings.empty() ? warnings : fmt::format(R"("warnings":[{}],)", warnings);
}

std::string SimulatedPrometheus::body(const Question& question, prometheus::RangeQuery query, bool partial) {
  if (traits_.aligns) {
    query.start -= query.start.time_since_epoch() % query.step;
    query.end -= query.end.time_since_epoch() % query.step;
  }
  const bool withholds = traits_.withholds > Duration::zero() && query.step < std::chrono::minutes{1};
  const TimePoint newest = withholds ? clock_.now() - traits_.withholds : TimePoint::max();
  std::vector<Series> result;
  std::map<std::string, std::size_t> by_labels;
  TimePoint time = query.start;
  const Emit emit = [&](const std::string& labels, double value) {
    const auto [found, is_new] = by_labels.try_emplace(labels, result.size());
    if (is_new) result.push_back({.labels = labels, .values = {}});
    result[found->second].values.emplace_back(time, value);
  };
  TimePoint evaluated = TimePoint::max();
  for (; time <= query.end; time += query.step) {
    if (time <= newest || !traits_.repeats) evaluated = time;
    if (evaluated <= newest) signals_.evaluate(question, evaluated, clock_.now(), emit);
  }
  if (partial) std::erase_if(result, [this](const Series&) { return random_.chance(0.5); });
  return render(result, render_warnings(partial));
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
  if (report && fault != QueryFault::partial) last_answer_ = clock_.now();
  if (report && !first_answer_) first_answer_ = last_answer_;
  co_return report;
}

}  // namespace inferno::schedules
