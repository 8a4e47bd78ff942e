#include "server/auth/token_review_authenticator.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "server/auth/bearer_token.hpp"
#include "server/auth/review_answer.hpp"

namespace inferno::server {
namespace {

constexpr std::size_t max_tokens = 4096;
constexpr std::chrono::milliseconds refusal_lifetime{1000};
constexpr std::string_view unchecked = "the bearer token can't be checked";

// Without audiences the API server asks for its own.
nlohmann::json make_review(std::string token) {
  nlohmann::json review = {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "TokenReview"}};
  review["spec"]["token"] = std::move(token);
  return well_formed(review);
}

}  // namespace

TokenReviewAuthenticator::TokenReviewAuthenticator(std::shared_ptr<ReviewClient> reviews,
                                                   std::chrono::milliseconds lifetime, SteadyClock clock)
    : reviews_(std::move(reviews)), lifetime_(lifetime), answers_(max_tokens, std::move(clock)) {}

boost::asio::awaitable<Result<std::optional<Identity>>> TokenReviewAuthenticator::authenticate(
    Credentials credentials) {
  const std::string token(bearer_token(credentials.headers));
  if (token.empty()) co_return std::optional<Identity>{};
  const auto ask = [this, &token] { return review(token); };
  Result<Verdict> verdict = co_await answers_.get(sha256_of(token), ask);
  if (!verdict) co_return verdict.error();
  if (!verdict->identity) co_return unauthorized("Unauthorized: " + verdict->refusal);
  co_return std::move(verdict->identity);
}

boost::asio::awaitable<Result<TokenReviewAuthenticator::Answers::Fresh>> TokenReviewAuthenticator::review(
    std::string token) const {
  nlohmann::json question = make_review(std::move(token));
  std::string path = "/apis/authentication.k8s.io/v1/tokenreviews";
  Result<nlohmann::json> answer = co_await reviews_->create(std::move(path), std::move(question));
  if (!answer) co_return no_review(unchecked, answer.error().message);
  const nlohmann::json status = answer->is_object() ? answer->value("status", nlohmann::json()) : nlohmann::json();
  if (!status.is_object()) co_return no_review(unchecked, "the API server answered something that is no TokenReview");

  Answers::Fresh fresh;
  if (bool_member(status, "authenticated")) {
    fresh.answer.identity = parse_user(status.value("user", nlohmann::json()));
    if (!fresh.answer.identity) co_return no_review(unchecked, "the API server's TokenReview names no user");
    fresh.lifetime = lifetime_;
  } else {
    const std::string why = text_member(status, "error");
    fresh.answer.refusal = "the bearer token was not accepted" + (why.empty() ? why : ": " + why);
    fresh.lifetime = std::min(lifetime_, refusal_lifetime);
  }
  co_return fresh;
}

}  // namespace inferno::server
