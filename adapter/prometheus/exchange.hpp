// One request and its answer on an open connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>

#include "adapter/prometheus/client_metrics.hpp"
#include "adapter/prometheus/connection.hpp"
#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {

struct Exchange {
  QueryResult<QueryReport> result;
  bool is_reusable = false;  // the connection is fit for another request
  bool is_stale = false;     // it was lost before anything of the answer arrived: safe to send again
};

// Error messages leave out the server's address. The visitor, the connection and the request must outlive the call.
boost::asio::awaitable<Exchange> exchange(Connection& connection, const Connection::Request& request,
                                          std::size_t max_response_bytes, Deadline deadline, SeriesVisitor& visitor,
                                          ClientMetrics& metrics);

// The error of an operation that did not end in time.
[[nodiscard]] QueryError timed_out(std::string_view doing);

}  // namespace inferno::prometheus
