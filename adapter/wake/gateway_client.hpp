// Reads what waits at one gateway, and what it has refused, from its own metrics page.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <compare>
#include <cstddef>
#include <map>
#include <string>

#include "adapter/common/model_key.hpp"
#include "adapter/common/parse_result.hpp"
#include "adapter/common/time.hpp"
#include "adapter/http_client/client_tls.hpp"
#include "adapter/http_client/http_client.hpp"
#include "adapter/signals/gateway_series.hpp"

namespace inferno::wake {

struct GatewayEndpoint {
  std::string url;             // of the metrics page; without a path: "/metrics"
  std::string namespace_name;  // whose models it serves, for series that don't say; empty: it may be any

  auto operator<=>(const GatewayEndpoint&) const = default;
};

struct GatewayAccess {
  signals::GatewaySeries series;
  // A bearer token that may get /metrics. Every gateway that is asked sees it.
  std::string token_file;
  http_client::ClientTlsOptions tls;  // where the URL is https
  Duration deadline{1'000};
  std::size_t max_response_bytes = std::size_t{16} << 20;
};

// What is wrong with the URL of a metrics page, or the URL in parts.
[[nodiscard]] ParseResult<http_client::BaseUrl> parse_gateway_url(const std::string& url);

// Sums over the series of each model, under the newest name that the page has. Above zero; under an empty namespace:
// for every namespace that serves the model.
struct GatewayPage {
  std::map<ModelKey, double> queued;   // requests that wait
  std::map<ModelKey, double> refused;  // requests refused for lack of replicas since the gateway was started

  bool operator==(const GatewayPage&) const = default;
};

struct GatewayFailure {
  std::string message;  // one line a person can act on, without the gateway's address and without credentials
};

[[noreturn]] void throw_exception_from_error(const GatewayFailure& failure, const boost::source_location& where);

class GatewayClient {
 public:
  // `executor` is the one that read() is awaited on. Throws std::invalid_argument where the URL cannot be parsed.
  GatewayClient(const boost::asio::any_io_executor& executor, const GatewayEndpoint& endpoint, GatewayAccess access);

  // One call at a time.
  boost::asio::awaitable<boost::system::result<GatewayPage, GatewayFailure>> read();

 private:
  GatewayAccess access_;
  std::string namespace_name_;
  http_client::HttpClient http_;
};

}  // namespace inferno::wake
