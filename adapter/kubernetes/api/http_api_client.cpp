#include "adapter/kubernetes/api/http_api_client.hpp"

#include <string>
#include <utility>

#include "adapter/http_client/http_client.hpp"
#include "adapter/kubernetes/api/api_answer.hpp"
#include "adapter/kubernetes/api/api_metrics.hpp"

namespace inferno::kubernetes {

namespace asio = boost::asio;
using Json = nlohmann::json;

namespace {

struct WholeBody final : ByteSink {
  bool on_bytes(std::string_view bytes) override {
    text += bytes;
    return true;
  }

  std::string text;
};

http_client::HttpRequest http_request(ApiRequest&& request) {
  http_client::HttpRequest result;
  result.method = request.method;
  result.target = std::move(request.target);
  result.headers = {{"Accept", std::move(request.accept)}, {"Accept-Encoding", "gzip"}};
  if (!request.content_type.empty()) result.headers.emplace_back("Content-Type", std::move(request.content_type));
  result.body = std::move(request.body);
  result.deadline = request.deadline;
  result.silence = request.silence;
  return result;
}

}  // namespace

// Shared with the calls in progress, so that the client may go before they do.
class HttpApiClient::Implementation {
 public:
  Implementation(const asio::any_io_executor& executor, const ClusterAccess& access, ::prometheus::Registry& registry,
                 HttpApiClientOptions options)
      : options_(options), metrics_(registry), http_(executor, http_options(access)) {}

  static asio::awaitable<ApiResult<Json>> call(std::shared_ptr<Implementation> self, ApiRequest request) {
    WholeBody body;
    const auto outcome = co_await self->send(std::move(request), body, self->options_.max_body_bytes);
    if (!outcome) co_return outcome.error();
    Json document;
    if (!body.text.empty()) document = Json::parse(body.text, nullptr, /*allow_exceptions=*/false);
    if (document.is_discarded()) {
      ApiFailure failure;
      failure.kind = ApiFailure::Kind::malformed;
      failure.message = self->http_.url().display() + ": the answer is not a JSON document";
      co_return failure;
    }
    // JSON converts to anything, so the result has to be told which of its two this is.
    co_return ApiResult<Json>(boost::system::in_place_value, std::move(document));
  }

  static asio::awaitable<ApiResult<void>> stream(std::shared_ptr<Implementation> self, ApiRequest request,
                                                 ByteSink& sink) {
    co_return co_await self->send(std::move(request), sink, http_client::ContentDecoder::no_limit);
  }

 private:
  http_client::HttpClientOptions http_options(const ClusterAccess& access) {
    http_client::HttpClientOptions result;
    result.url = access.url;
    result.tls = access.tls;
    result.server_name = access.server_name;
    result.token_file = access.token_file;
    result.token = access.token;
    result.max_connections = options_.max_connections;
    result.on_connect = [this] { metrics_.count_connection(); };
    return result;
  }

  asio::awaitable<ApiResult<void>> send(ApiRequest request, ByteSink& sink, std::size_t limit) {
    using Timing = ApiMetrics::Request::Timing;
    ApiMetrics::Request measured(metrics_, request.silence ? Timing::open_ended : Timing::measured);
    ApiAnswer answer(sink, metrics_, limit);
    http_client::HttpRequest composed = http_request(std::move(request));
    const auto outcome = co_await http_.send(std::move(composed), answer);
    const auto result = answer.finish(outcome);
    if (result) {
      measured.succeeded();
      co_return result;
    }
    ApiFailure failure = result.error();
    measured.failed(failure.kind);
    failure.message = http_.url().display() + ": " + failure.message;
    co_return failure;
  }

  HttpApiClientOptions options_;
  ApiMetrics metrics_;
  http_client::HttpClient http_;
};

HttpApiClient::HttpApiClient(const asio::any_io_executor& executor, const ClusterAccess& access,
                             ::prometheus::Registry& registry, HttpApiClientOptions options)
    : implementation_(std::make_shared<Implementation>(executor, access, registry, options)) {}

HttpApiClient::~HttpApiClient() = default;

asio::awaitable<ApiResult<Json>> HttpApiClient::call(ApiRequest request) {
  return Implementation::call(implementation_, std::move(request));
}

asio::awaitable<ApiResult<void>> HttpApiClient::stream(ApiRequest request, ByteSink& sink) {
  return Implementation::stream(implementation_, std::move(request), sink);
}

}  // namespace inferno::kubernetes
