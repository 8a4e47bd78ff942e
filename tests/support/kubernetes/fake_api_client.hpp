// The Kubernetes API for unit tests: each method and target has the answer that the test gave it. Whatever else is
// asked is not found.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/kubernetes/api/api_client.hpp"

namespace inferno::testing {

[[nodiscard]] kubernetes::ApiFailure api_status(unsigned status, std::string_view reason, std::string_view message);
[[nodiscard]] kubernetes::ApiFailure api_unreachable();

[[nodiscard]] kubernetes::ApiResult<nlohmann::json> document_result(nlohmann::json document);

class FakeApiClient final : public kubernetes::ApiClient {
 public:
  using Verb = boost::beast::http::verb;
  using Result = kubernetes::ApiResult<nlohmann::json>;
  using Handler = std::function<Result(const kubernetes::ApiRequest&)>;

  void handle(Verb method, const std::string& target, Handler handler);
  // The same answer each time.
  void answer(Verb method, const std::string& target, const nlohmann::json& document);
  void fail(Verb method, const std::string& target, const kubernetes::ApiFailure& failure);

  boost::asio::awaitable<Result> call(kubernetes::ApiRequest request) override;
  boost::asio::awaitable<kubernetes::ApiResult<void>> stream(kubernetes::ApiRequest request,
                                                             kubernetes::ByteSink& sink) override;

  [[nodiscard]] std::vector<kubernetes::ApiRequest> asked(Verb method) const;

  std::vector<kubernetes::ApiRequest> requests;  // every one, in order
  bool down = false;                             // nothing can be reached

 private:
  Result result_of(const kubernetes::ApiRequest& request);

  std::map<std::pair<Verb, std::string>, Handler> handlers_;
};

}  // namespace inferno::testing
