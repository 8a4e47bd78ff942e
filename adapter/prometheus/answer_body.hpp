// The body of an HTTP answer to a range query, as it arrives: decompressed, limited, parsed. No I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/http_client/content_decoder.hpp"
#include "adapter/prometheus/range_query.hpp"
#include "adapter/prometheus/range_response_parser.hpp"

namespace inferno::prometheus {

class AnswerBody {
 public:
  // `status` is the HTTP status, `encoding` the Content-Encoding, `limit` counts bytes as sent and as decompressed. The
  // visitor is called for a 2xx answer only.
  AnswerBody(unsigned status, std::string_view encoding, std::size_t limit, SeriesVisitor& visitor);

  // False when reading on is of no use; finish tells why.
  bool feed(std::string_view received);

  // The body is whole, or feed has returned false.
  QueryResult<QueryReport> finish();

 private:
  struct IgnoreSeries final : SeriesVisitor {
    void on_series(std::span<const LabelView> /*labels*/) override {}
    void on_sample(TimePoint /*time*/, double /*value*/) override {}
  };

  [[nodiscard]] bool is_success() const { return status_ / 100 == 2; }
  bool take(std::string_view decoded);

  unsigned status_;
  IgnoreSeries ignore_;
  RangeResponseParser parser_;
  http_client::ContentDecoder decoder_;
  std::string beginning_;  // of a body without success, for the message
};

}  // namespace inferno::prometheus
