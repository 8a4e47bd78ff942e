// Prometheus as the adapter sees it: a range query whose answer is visited sample by sample while it is parsed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno::prometheus {

// GET/POST /api/v1/query_range. start == end asks for one step. Query frontends round both down to multiples of the
// step.
struct RangeQuery {
  std::string expression;  // PromQL
  TimePoint start;
  TimePoint end;
  Duration step{15'000};
  std::optional<Duration> deadline;  // for the whole call; the client's own where empty
};

using LabelView = std::pair<std::string_view, std::string_view>;

// Receives the answer. Views are valid only during the call. on_series comes before the samples of that series.
// Non-finite values (NaN, +-Inf) are not delivered. A visitor may have seen part of an answer when the query then
// fails: the caller throws away what it collected unless the query succeeded.
class SeriesVisitor {
 public:
  virtual ~SeriesVisitor() = default;
  virtual void on_series(std::span<const LabelView> labels) = 0;
  virtual void on_sample(TimePoint time, double value) = 0;
};

struct QueryReport {
  std::vector<std::string> warnings;     // partial data and the like: forbid a decision to zero
  std::vector<std::string> infos;        // remarks on the expression; the data is whole
  std::optional<TimePoint> server_time;  // the Date header
  std::size_t response_bytes = 0;        // of the body, decompressed
  std::size_t series = 0;
};

enum class QueryErrorKind {
  unreachable = 1,   // resolve, connect, TLS, connection lost
  timeout,           // over the deadline
  http_status,       // an answer that is neither success nor a Prometheus error document
  rejected,          // a Prometheus error document: bad_data, execution, ...
  too_many_samples,  // Prometheus' own limit (query.max-samples and the like): ask for less
  too_large,         // over our response size limit: ask for less
  malformed,         // not JSON, truncated, not the promised shape
  partial,           // a warning says that the answer may be incomplete
};

struct QueryError {
  QueryErrorKind kind = QueryErrorKind::unreachable;
  std::string message;  // one line a person can act on; names the URL without credentials
};

[[noreturn]] inline void throw_exception_from_error(const QueryError& error, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked Prometheus error: " + error.message);
}

template <class T>
using QueryResult = boost::system::result<T, QueryError>;

// One Prometheus (or a compatible API). Thread compatible: call from one executor; calls may overlap there.
class RangeQueryClient {
 public:
  virtual ~RangeQueryClient() = default;

  // `visitor` must outlive the call; what it throws comes out here. Applies a deadline. Cancelling the awaiting
  // coroutine ends the call with boost::system::system_error(operation_aborted), as any Asio operation.
  virtual boost::asio::awaitable<QueryResult<QueryReport>> query_range(const RangeQuery& query,
                                                                       SeriesVisitor& visitor) = 0;
};

}  // namespace inferno::prometheus
