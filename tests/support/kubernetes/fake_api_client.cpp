#include "tests/support/kubernetes/fake_api_client.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace inferno::testing {

namespace asio = boost::asio;
using kubernetes::ApiFailure;
using kubernetes::ApiRequest;
using kubernetes::ApiResult;

ApiFailure api_status(unsigned status, std::string_view reason, std::string_view message) {
  ApiFailure failure;
  failure.kind = ApiFailure::Kind::status;
  failure.status = status;
  failure.reason = reason;
  failure.message = message;
  return failure;
}

ApiFailure api_unreachable() {
  ApiFailure failure;
  failure.message = "cannot connect to the API server";
  return failure;
}

ApiResult<nlohmann::json> document_result(nlohmann::json document) {
  return {boost::system::in_place_value, std::move(document)};
}

void FakeApiClient::handle(Verb method, const std::string& target, Handler handler) {
  handlers_[{method, target}] = std::move(handler);
}

void FakeApiClient::answer(Verb method, const std::string& target, const nlohmann::json& document) {
  handle(method, target, [document](const ApiRequest&) { return document_result(document); });
}

void FakeApiClient::fail(Verb method, const std::string& target, const ApiFailure& failure) {
  handle(method, target, [failure](const ApiRequest&) { return Result(failure); });
}

FakeApiClient::Result FakeApiClient::result_of(const ApiRequest& request) {
  requests.push_back(request);
  if (down) return api_unreachable();
  const auto found = handlers_.find({request.method, request.target});
  if (found == handlers_.end()) return api_status(404, "NotFound", "the test gave no answer to " + request.target);
  return found->second(request);
}

asio::awaitable<FakeApiClient::Result> FakeApiClient::call(ApiRequest request) {
  // Not within the caller, as over a network.
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  co_return result_of(request);
}

asio::awaitable<ApiResult<void>> FakeApiClient::stream(ApiRequest request, kubernetes::ByteSink& sink) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  const Result result = result_of(request);
  if (!result) co_return result.error();
  (void)sink.on_bytes(result->dump());
  co_return ApiResult<void>();
}

std::vector<ApiRequest> FakeApiClient::asked(Verb method) const {
  std::vector<ApiRequest> asked;
  for (const ApiRequest& request : requests) {
    if (request.method == method) asked.push_back(request);
  }
  return asked;
}

}  // namespace inferno::testing
