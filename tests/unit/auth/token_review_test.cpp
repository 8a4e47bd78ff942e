#include "server/auth/token_review_authenticator.hpp"

#include "tests/support/http/await.hpp"
#include "tests/unit/auth/fake_reviews.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using Json = nlohmann::json;

class TokenReview : public ::testing::Test {
 protected:
  Result<std::optional<Identity>> ask(std::string_view authorization) {
    boost::beast::http::fields headers;
    if (!authorization.empty()) headers.set(boost::beast::http::field::authorization, authorization);
    return await(authenticator_.authenticate({headers, nullptr}));
  }

  void answer(const char* status) {
    reviews_->judge = [status](const Json& /*spec*/) -> std::optional<Json> { return Json::parse(status); };
  }

  std::chrono::steady_clock::time_point now_;
  std::shared_ptr<FakeReviews> reviews_ = std::make_shared<FakeReviews>();
  TokenReviewAuthenticator authenticator_{reviews_, std::chrono::seconds(10), [this] { return now_; }};
};

constexpr const char* accepted = R"({"authenticated":true,"user":{"username":"system:serviceaccount:ns:reader",
  "uid":"1-2","groups":["system:serviceaccounts","system:authenticated"],
  "extra":{"authentication.kubernetes.io/credential-id":["JTI=3"]}},"audiences":["https://kubernetes"]})";
constexpr const char* expired = R"({"error":"[invalid bearer token, service account token has expired]","user":{}})";

TEST_F(TokenReview, AsksTheApiServerWhoseTokenItIs) {
  answer(accepted);
  const auto identity = ask("Bearer secret");
  ASSERT_TRUE(identity && *identity);
  EXPECT_EQ((*identity)->name, "system:serviceaccount:ns:reader");
  EXPECT_EQ((*identity)->uid, "1-2");
  EXPECT_THAT((*identity)->groups, ElementsAre("system:serviceaccounts", "system:authenticated"));
  EXPECT_THAT((*identity)->extra,
              ElementsAre(Pair("authentication.kubernetes.io/credential-id", ElementsAre("JTI=3"))));
  const auto [path, review] = reviews_->last();
  EXPECT_EQ(path, "/apis/authentication.k8s.io/v1/tokenreviews");
  EXPECT_EQ(review, Json::parse(R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview",
                                    "spec":{"token":"secret"}})"));
}

TEST_F(TokenReview, NoBearerTokenIsNoCredential) {
  for (const char* authorization : {"", "Basic c2VjcmV0", "Bearer", "Bearer "}) {
    const auto identity = ask(authorization);
    ASSERT_TRUE(identity) << authorization;
    EXPECT_FALSE(*identity) << authorization;
  }
  EXPECT_EQ(reviews_->count(), 0U);
}

TEST_F(TokenReview, ATokenThatIsNotAcceptedIsAnError) {
  answer(expired);
  const auto identity = ask("Bearer secret");
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().reason, ErrorReason::unauthorized);
  EXPECT_EQ(identity.error().message,
            "Unauthorized: the bearer token was not accepted: [invalid bearer token, service account token has "
            "expired]");
}

TEST_F(TokenReview, AcceptedTokensAreRememberedForTheirLifetime) {
  answer(accepted);
  EXPECT_TRUE(ask("Bearer secret"));
  answer(expired);
  now_ += std::chrono::milliseconds(9999);
  EXPECT_TRUE(ask("bearer secret"));
  EXPECT_FALSE(ask("Bearer other"));
  now_ += std::chrono::milliseconds(1);
  EXPECT_FALSE(ask("Bearer secret"));
}

TEST_F(TokenReview, RefusalsAreRememberedForASecond) {
  answer(expired);
  EXPECT_FALSE(ask("Bearer secret"));
  now_ += std::chrono::milliseconds(999);
  EXPECT_FALSE(ask("Bearer secret"));
  EXPECT_EQ(reviews_->count(), 1U);
  answer(accepted);
  now_ += std::chrono::milliseconds(1);
  EXPECT_TRUE(ask("Bearer secret"));
}

TEST_F(TokenReview, WithoutTheApiServerNobodyIsLetInAndNothingRemembered) {
  reviews_->judge = [](const Json& /*spec*/) -> std::optional<Json> { return std::nullopt; };
  const auto identity = ask("Bearer secret");
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().reason, ErrorReason::service_unavailable);
  EXPECT_EQ(identity.error().message, "the bearer token can't be checked: https://10.0.0.1:443: connection refused");
  EXPECT_EQ(identity.error().retry_after_seconds, 1);
  answer(accepted);
  EXPECT_TRUE(ask("Bearer secret"));
}

TEST_F(TokenReview, AnAnswerThatIsNoTokenReviewLetsNobodyIn) {
  for (const char* status :
       {"null", "[]", "{}", R"({"authenticated":"true","user":{"username":"a"}})", R"({"authenticated":true})",
        R"({"authenticated":true,"user":{"username":""}})", R"({"authenticated":true,"user":{"username":["a"]}})",
        R"({"authenticated":true,"user":{"username":"a","groups":"system:masters"}})",
        R"({"authenticated":true,"user":{"username":"a","groups":[1]}})",
        R"({"authenticated":true,"user":{"username":"a","extra":["x"]}})",
        R"({"authenticated":true,"user":{"username":"a","extra":{"x":"y"}}})"}) {
    answer(status);
    EXPECT_FALSE(ask(std::string("Bearer ") + std::to_string(reviews_->count()))) << status;
  }
}

TEST_F(TokenReview, ATokenThatIsNotTextIsSentAsText) {
  answer(expired);
  const auto identity = ask("Bearer a\xff");
  ASSERT_FALSE(identity);
  EXPECT_THAT(identity.error().message, Not(HasSubstr("a\xff")));
  EXPECT_EQ(reviews_->last().second["spec"]["token"], "a\ufffd");
}

}  // namespace
}  // namespace inferno::server
