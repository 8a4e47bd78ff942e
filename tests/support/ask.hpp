// Runs one query on the test's own io_context until it has ended.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::testing {

inline prometheus::QueryResult<prometheus::QueryReport> ask(boost::asio::io_context& context,
                                                            prometheus::RangeQueryClient& client,
                                                            const prometheus::RangeQuery& query,
                                                            prometheus::SeriesVisitor& visitor) {
  std::optional<prometheus::QueryResult<prometheus::QueryReport>> result;
  boost::asio::co_spawn(context, client.query_range(query, visitor),
                        [&](const std::exception_ptr& thrown, prometheus::QueryResult<prometheus::QueryReport> answer) {
                          if (thrown) std::rethrow_exception(thrown);
                          result = std::move(answer);
                        });
  context.restart();  // it stops whenever there is nothing to do
  while (!result) context.run_one();
  return *std::move(result);
}

}  // namespace inferno::testing
