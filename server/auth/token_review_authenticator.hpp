// Bearer tokens, which the API server knows: a TokenReview each, remembered for a while under the token's digest.
// Source of the rule: k8s.io/apiserver/plugin/pkg/authenticator/token/webhook. Thread safe.
//
// A token that the API server does not accept is an error (unauthorized), remembered for a second at most, since one
// may only just have been issued. Where the API server gives no usable answer it is an error (service_unavailable),
// which is not remembered.
#pragma once

#include <chrono>

#include "server/auth/answer_cache.hpp"
#include "server/auth/authenticator.hpp"
#include "server/auth/digest.hpp"
#include "server/auth/review_client.hpp"

namespace inferno::server {

class TokenReviewAuthenticator final : public Authenticator {
 public:
  // Accepted tokens are remembered for `lifetime`.
  TokenReviewAuthenticator(std::shared_ptr<ReviewClient> reviews, std::chrono::milliseconds lifetime,
                           SteadyClock clock = std::chrono::steady_clock::now);

  [[nodiscard]] boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override;

 private:
  // An identity, or why there is none.
  struct Verdict {
    std::optional<Identity> identity;
    std::string refusal;
  };
  using Answers = AnswerCache<Digest, Verdict>;

  [[nodiscard]] boost::asio::awaitable<Result<Answers::Fresh>> review(std::string token) const;

  std::shared_ptr<ReviewClient> reviews_;
  std::chrono::milliseconds lifetime_;
  Answers answers_;
};

}  // namespace inferno::server
