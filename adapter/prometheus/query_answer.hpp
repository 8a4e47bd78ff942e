// The answer to a range query as HTTP delivers it: status, encoding, date, body. No I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "adapter/http_client/exchange.hpp"
#include "adapter/prometheus/answer_body.hpp"
#include "adapter/prometheus/client_metrics.hpp"
#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {

class QueryAnswer final : public http_client::AnswerReceiver {
 public:
  // `limit` counts bytes as sent and as decompressed.
  QueryAnswer(std::size_t limit, SeriesVisitor& visitor, ClientMetrics& metrics)
      : limit_(limit), visitor_(visitor), metrics_(metrics) {}

  bool on_head(unsigned status, const boost::beast::http::fields& fields) override;
  bool on_body(std::string_view piece) override;

  // What the exchange came to.
  QueryResult<QueryReport> finish(const http_client::HttpResult<void>& outcome);

 private:
  std::size_t limit_;
  SeriesVisitor& visitor_;
  ClientMetrics& metrics_;
  unsigned status_ = 0;
  std::optional<QueryError> redirect_;
  std::optional<TimePoint> server_time_;
  std::optional<AnswerBody> body_;
};

}  // namespace inferno::prometheus
