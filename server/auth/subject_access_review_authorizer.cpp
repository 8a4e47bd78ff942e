#include "server/auth/subject_access_review_authorizer.hpp"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "server/auth/authenticator.hpp"
#include "server/auth/forbidden.hpp"
#include "server/auth/review_answer.hpp"
#include "server/auth/subject_access_review.hpp"

namespace inferno::server {
namespace {

constexpr std::size_t max_answers = 8192;
constexpr std::string_view masters_group = "system:masters";
constexpr std::string_view unasked = "whether this is allowed can't be found out";

}  // namespace

SubjectAccessReviewAuthorizer::SubjectAccessReviewAuthorizer(std::shared_ptr<ReviewClient> reviews, Lifetimes lifetimes,
                                                             SteadyClock clock)
    : reviews_(std::move(reviews)), lifetimes_(lifetimes), answers_(max_answers, std::move(clock)) {}

boost::asio::awaitable<Result<void>> SubjectAccessReviewAuthorizer::authorize(const Request& request) {
  if (is_member(request.identity, masters_group)) co_return Result<void>{};
  const Result<RequestAttributes> attributes = attributes_of(request);
  if (!attributes) co_return attributes.error();
  const auto ask = [&] { return review(request.identity, *attributes); };
  const Result<Verdict> verdict = co_await answers_.get(subject_access_key(request.identity, *attributes), ask);
  if (!verdict) co_return verdict.error();
  if (!verdict->allowed) co_return forbidden(request.identity, *attributes, verdict->reason);
  co_return Result<void>{};
}

boost::asio::awaitable<Result<SubjectAccessReviewAuthorizer::Answers::Fresh>> SubjectAccessReviewAuthorizer::review(
    const Identity& user, const RequestAttributes& attributes) const {
  nlohmann::json question = make_subject_access_review(user, attributes);
  std::string path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  Result<nlohmann::json> answer = co_await reviews_->create(std::move(path), std::move(question));
  if (!answer) co_return no_review(unasked, answer.error().message);
  const nlohmann::json status = answer->is_object() ? answer->value("status", nlohmann::json()) : nlohmann::json();
  if (!status.is_object() || !status.contains("allowed")) {
    co_return no_review(unasked, "the API server answered something that is no SubjectAccessReview");
  }
  Answers::Fresh fresh;
  // Who is both allowed and denied is denied.
  fresh.answer.allowed = bool_member(status, "allowed") && !bool_member(status, "denied");
  fresh.answer.reason = text_member(status, "reason");
  fresh.lifetime = fresh.answer.allowed ? lifetimes_.allowed : lifetimes_.denied;
  co_return fresh;
}

}  // namespace inferno::server
