#include "adapter/program/review_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

namespace inferno {
namespace asio = boost::asio;

namespace {

// Somebody waits for the answer, and the aggregator gives up after five seconds.
constexpr std::chrono::seconds review_deadline{4};

}  // namespace

ApiReviewClient::ApiReviewClient(asio::any_io_executor strand, std::unique_ptr<kubernetes::ApiClient> client)
    : strand_(std::move(strand)), client_(std::move(client)) {}

asio::awaitable<server::Result<nlohmann::json>> ApiReviewClient::create(std::string path, nlohmann::json review) {
  co_return co_await asio::co_spawn(strand_, post(std::move(path), std::move(review)), asio::use_awaitable);
}

asio::awaitable<server::Result<nlohmann::json>> ApiReviewClient::post(std::string path, nlohmann::json review) {
  kubernetes::ApiRequest request;
  request.method = boost::beast::http::verb::post;
  request.target = std::move(path);
  request.content_type = "application/json";
  request.body = review.dump();
  request.deadline = review_deadline;
  auto answer = co_await client_->call(std::move(request));
  if (answer) co_return server::Result<nlohmann::json>(boost::system::in_place_value, *std::move(answer));
  server::ApiError error;
  error.reason = server::ErrorReason::service_unavailable;
  error.message = answer.error().message;
  co_return error;
}

}  // namespace inferno
