// Prometheus, as one replica of the adapter reaches it: answers from what the fleet's scrapes left behind, as JSON that
// goes through the adapter's own reader of answers. Faults are those of a real one: refused, slow, an error page,
// garbage, a truncated body, an error document, warnings with part of the rows missing. It may be one of those that are
// not quite Prometheus.
#pragma once

#include <prometheus/registry.h>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/prometheus/client_metrics.hpp"
#include "adapter/prometheus/range_query.hpp"
#include "adapter/signals/queries.hpp"
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

// In what a backend differs from Prometheus.
struct BackendTraits {
  bool aligns = false;   // start and end of a query down to multiples of its step, as a Thanos query frontend does
  bool remarks = false;  // on expressions, among the warnings, as Prometheus 2.48 to 2.53 does
  // The newest points, for steps below a minute. VictoriaMetrics, unless it is asked not to, puts the last point before
  // them in their place.
  Duration withholds{};
  bool repeats = false;
};

class SimulatedPrometheus final : public prometheus::RangeQueryClient {
 public:
  // References outlive it.
  SimulatedPrometheus(const Fleet& fleet, const signals::SignalOptions& options, const GridTiming& timing,
                      const BackendTraits& traits, const Clock& clock, const QueryFaults& faults, Random& random,
                      ::prometheus::Registry& registry);

  boost::asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> query_range(
      const prometheus::RangeQuery& query, prometheus::SeriesVisitor& visitor) override;

  // When a query was first, and when one was last answered well.
  [[nodiscard]] std::optional<TimePoint> first_answer() const { return first_answer_; }
  [[nodiscard]] std::optional<TimePoint> last_answer() const { return last_answer_; }
  // A query that none of the adapter's explains; there should be none.
  [[nodiscard]] const std::string& unknown_query() const { return unknown_query_; }

 private:
  [[nodiscard]] const Question& meaning_of(const std::string& expression);
  [[nodiscard]] std::optional<Question> recognize(const std::string& expression) const;
  [[nodiscard]] std::string body(const Question& question, prometheus::RangeQuery query, bool partial);
  [[nodiscard]] std::string render_warnings(bool partial) const;

  signals::QueryTable queries_;
  SignalMeaning signals_;
  BackendTraits traits_;
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
