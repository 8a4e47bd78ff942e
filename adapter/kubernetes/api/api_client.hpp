// The Kubernetes API as the adapter sees it: one call, one answer, or one answer as a stream.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/common/time.hpp"

namespace inferno::kubernetes {

struct ApiRequest {
  boost::beast::http::verb method = boost::beast::http::verb::get;
  std::string target;  // path and query, percent-encoded: "/apis/apps/v1/deployments?limit=500"
  std::string accept = "application/json";
  std::string content_type;  // of the body, e.g. "application/apply-patch+yaml"; empty without a body
  std::string body;
  Duration deadline{10'000};        // of the whole call
  std::optional<Duration> silence;  // longest time between two pieces of the answer: for watches
};

struct ApiFailure {
  enum class Kind : std::uint8_t {
    unreachable = 1,  // resolve, connect, TLS, connection lost
    timeout,          // over the deadline, or silent for too long
    malformed,        // not HTTP, not JSON, cut off, over the size limit
    status,           // the API server said no: see `status` and `reason`
  };
  Kind kind = Kind::unreachable;
  unsigned status = 0;                  // HTTP status, where kind is status
  std::string reason;                   // metav1.Status' reason: "NotFound", "Expired", "Conflict", ...; may be empty
  std::string message;                  // one line a person can act on; names the server, never a credential
  std::optional<Duration> retry_after;  // as the server asked
};

// Whether the API server answered with this HTTP status.
[[nodiscard]] inline bool is_status(const ApiFailure& failure, unsigned status) {
  return failure.kind == ApiFailure::Kind::status && failure.status == status;
}

[[noreturn]] void throw_exception_from_error(const ApiFailure& failure, const boost::source_location& where);

template <class T>
using ApiResult = boost::system::result<T, ApiFailure>;

// Takes the body of a successful answer, decompressed, as it arrives.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // The head of a 2xx answer has come: of a watch, long before its first event.
  virtual void on_open() {}
  // False: the rest is of no use; the stream then ends without a failure.
  virtual bool on_bytes(std::string_view bytes) = 0;
};

// Thread compatible: call from one executor; calls may overlap there. Cancelling the awaiting coroutine ends a call
// with boost::system::system_error(operation_aborted).
class ApiClient {
 public:
  virtual ~ApiClient() = default;

  // The document of a 2xx answer (null where it has no body).
  virtual boost::asio::awaitable<ApiResult<nlohmann::json>> call(ApiRequest request) = 0;

  // Feeds the body of a 2xx answer to the sink, which must outlive the call. Ends when the answer does.
  virtual boost::asio::awaitable<ApiResult<void>> stream(ApiRequest request, ByteSink& sink) = 0;
};

}  // namespace inferno::kubernetes
