// Prometheus, as one replica of the adapter reaches it: answers from what the fleet's scrapes left behind, as JSON that
// goes through the adapter's own reader of answers. Faults are those of a real one: refused, slow, an error page,
// garbage, a truncated body, an error document, warnings with part of the rows missing.
#pragma once

#include <prometheus/registry.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapter/prometheus/client_metrics.hpp"
#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/expressions.hpp"
#include "tests/schedules/fleet.hpp"
#include "tests/schedules/random.hpp"
#include "tests/schedules/sabotage.hpp"
#include "tests/schedules/signal_meaning.hpp"

namespace inferno::schedules {

enum class QueryFault : std::uint8_t {
  none,
  refused,
  silent,      // until the deadline
  slow,        // but within the deadline
  error_page,  // 503, HTML
  error_document,
  garbage,
  truncated,
  partial,  // a warning, and part of the rows missing
};

struct QueryFaults {
  QueryFault fault = QueryFault::none;
  double share = 1;  // of the queries
};

class SimulatedPrometheus final : public prometheus::RangeQueryClient {
 public:
  // References outlive it.
  SimulatedPrometheus(const Fleet& fleet, const signals::SignalOptions& options, const GridTiming& timing,
                      const Clock& clock, const QueryFaults& faults, Random& random, ::prometheus::Registry& registry);

  // The models of which answers by pod are asked for.
  void set_divided_models(std::vector<std::string> namespaces, std::vector<std::string> models);

  boost::asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> query_range(
      const prometheus::RangeQuery& query, prometheus::SeriesVisitor& visitor) override;

  // When a query was first, and when one was last answered well.
  [[nodiscard]] std::optional<TimePoint> first_answer() const { return first_answer_; }
  [[nodiscard]] std::optional<TimePoint> last_answer() const { return last_answer_; }
  // The queries that no expression of the adapter's explains; there should be none.
  [[nodiscard]] const std::string& unknown_query() const { return unknown_query_; }

 private:
  void learn_expressions(const signals::Scope& by_model, const signals::Scope& by_pod, const signals::Scope& cache);
  [[nodiscard]] Question meaning_of(const std::string& expression);
  [[nodiscard]] std::string body(const Question& question, const prometheus::RangeQuery& query, bool partial);

  const Fleet& fleet_;
  GridTiming timing_;
  signals::Expressions expressions_;
  SignalMeaning signals_;
  const Clock& clock_;
  const QueryFaults& faults_;
  Random& random_;
  Sabotage sabotage_;
  prometheus::ClientMetrics metrics_;
  std::map<std::string, Question, std::less<>> meanings_;
  std::optional<TimePoint> first_answer_;
  std::optional<TimePoint> last_answer_;
  std::string unknown_query_;
};

}  // namespace inferno::schedules
