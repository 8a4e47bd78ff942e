// One answer of the API server, as it arrives: its body decoded and handed on where the server said yes, kept for the
// failure's message where it said no. No I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "adapter/http_client/content_decoder.hpp"
#include "adapter/http_client/exchange.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/api_metrics.hpp"

namespace inferno::kubernetes {

class ApiAnswer final : public http_client::AnswerReceiver {
 public:
  // `limit` counts the bytes of a 2xx body, as sent and as decoded. `sink` and `metrics` must outlive it.
  ApiAnswer(ByteSink& sink, ApiMetrics& metrics, std::size_t limit) : sink_(sink), metrics_(metrics), limit_(limit) {}

  bool on_head(unsigned status, const boost::beast::http::fields& fields) override;
  bool on_body(std::string_view piece) override;

  // `outcome` is what the exchange came to.
  [[nodiscard]] ApiResult<void> finish(const http_client::HttpResult<void>& outcome) const;

 private:
  [[nodiscard]] bool is_success() const { return status_ / 100 == 2; }

  ByteSink& sink_;
  ApiMetrics& metrics_;
  std::size_t limit_;
  unsigned status_ = 0;
  std::optional<Duration> retry_after_;
  std::optional<http_client::ContentDecoder> decoder_;
  bool is_enough_ = false;  // the sink wants no more
  std::string refusal_;     // body of an answer that is not 2xx
};

}  // namespace inferno::kubernetes
