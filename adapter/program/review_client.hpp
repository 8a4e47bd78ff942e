// Reviews by way of the Kubernetes client. The client lives on one strand; whoever asks may be anywhere.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "adapter/kubernetes/api/api_client.hpp"
#include "server/auth/review_client.hpp"

namespace inferno {

class ApiReviewClient final : public server::ReviewClient {
 public:
  // `strand` is the one that the client is to be used on.
  ApiReviewClient(boost::asio::any_io_executor strand, std::unique_ptr<kubernetes::ApiClient> client);

  [[nodiscard]] boost::asio::awaitable<server::Result<nlohmann::json>> create(std::string path,
                                                                              nlohmann::json review) override;

 private:
  boost::asio::awaitable<server::Result<nlohmann::json>> post(std::string path, nlohmann::json review);

  boost::asio::any_io_executor strand_;
  std::unique_ptr<kubernetes::ApiClient> client_;
};

}  // namespace inferno
