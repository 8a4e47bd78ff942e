// Asks the API server for a review: TokenReview, SubjectAccessReview. The interface; the adapter implements it with its
// Kubernetes client.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "server/api/error.hpp"

namespace inferno::server {

// Thread safe: may be awaited from any executor, and resumes there.
class ReviewClient {
 public:
  virtual ~ReviewClient() = default;

  // POSTs the review to `path` ("/apis/authentication.k8s.io/v1/tokenreviews") and returns what the server made of it.
  // The error says why there is no answer, in one line for a person; it holds no credential. Applies a deadline.
  [[nodiscard]] virtual boost::asio::awaitable<Result<nlohmann::json>> create(std::string path,
                                                                              nlohmann::json review) = 0;
};

}  // namespace inferno::server
