// Asks the API server whether the user may: a SubjectAccessReview each, remembered for a while. Members of
// system:masters may do everything without being asked about. Source of the rule:
// k8s.io/apiserver/pkg/authorization/authorizerfactory (DelegatingAuthorizerConfig). Thread safe.
//
// Where the API server gives no usable answer the request is refused (service_unavailable); that is not remembered.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "server/auth/answer_cache.hpp"
#include "server/auth/authorizer.hpp"
#include "server/auth/digest.hpp"
#include "server/auth/request_attributes.hpp"
#include "server/auth/review_client.hpp"

namespace inferno::server {

class SubjectAccessReviewAuthorizer final : public Authorizer {
 public:
  // How long answers are remembered.
  struct Lifetimes {
    std::chrono::milliseconds allowed{10000};
    std::chrono::milliseconds denied{10000};
  };

  SubjectAccessReviewAuthorizer(std::shared_ptr<ReviewClient> reviews, Lifetimes lifetimes,
                                SteadyClock clock = std::chrono::steady_clock::now);

  [[nodiscard]] boost::asio::awaitable<Result<void>> authorize(const Request& request) override;

 private:
  struct Verdict {
    bool allowed = false;
    std::string reason;
  };
  using Answers = AnswerCache<Digest, Verdict>;

  [[nodiscard]] boost::asio::awaitable<Result<Answers::Fresh>> review(const Identity& user,
                                                                      const RequestAttributes& attributes) const;

  std::shared_ptr<ReviewClient> reviews_;
  Lifetimes lifetimes_;
  Answers answers_;
};

}  // namespace inferno::server
