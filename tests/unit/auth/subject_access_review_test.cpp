#include "server/auth/subject_access_review.hpp"

#include "server/auth/forbidden.hpp"
#include "server/auth/subject_access_review_authorizer.hpp"
#include "server/http/target.hpp"
#include "tests/support/http/await.hpp"
#include "tests/unit/auth/fake_reviews.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using Json = nlohmann::json;
using verb = boost::beast::http::verb;

constexpr const char* metric =
    "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/chat/inferno_desired_replicas";

Identity reader() {
  return {
      .name = "reader", .uid = "1-2", .groups = {"staff", "system:authenticated"}, .extra = {{"scopes", {"a", "b"}}}};
}

RequestAttributes attributes(std::string_view target, verb method = verb::get) {
  Request request;
  request.method = method;
  EXPECT_TRUE(parse_target(target, request));
  return *attributes_of(request);
}

TEST(SubjectAccessReview, OfAResource) {
  EXPECT_EQ(make_subject_access_review(reader(), attributes(metric)), Json::parse(R"({
    "apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview",
    "spec":{"user":"reader","uid":"1-2","groups":["staff","system:authenticated"],"extra":{"scopes":["a","b"]},
      "resourceAttributes":{"namespace":"ns","verb":"get","group":"custom.metrics.k8s.io","version":"v1beta2",
        "resource":"variantautoscalings.llmd.ai","subresource":"inferno_desired_replicas","name":"chat"}}})"));
}

TEST(SubjectAccessReview, OfAPath) {
  const Identity somebody{.name = "somebody", .uid = {}, .groups = {}, .extra = {}};
  EXPECT_EQ(make_subject_access_review(somebody, attributes("/metrics")), Json::parse(R"({
    "apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview",
    "spec":{"user":"somebody","nonResourceAttributes":{"path":"/metrics","verb":"get"}}})"));
}

TEST(SubjectAccessReview, HoldsWhatSelectorsNarrow) {
  const auto review = make_subject_access_review(
      reader(),
      attributes("/api/v1/pods?fieldSelector=a%3D1,b!%3D2&labelSelector=tier%3Dx,c%20notin%20(y,z),d,!e,f%3E1"));
  EXPECT_EQ(review["spec"]["resourceAttributes"], Json::parse(R"({"verb":"list","version":"v1","resource":"pods",
    "fieldSelector":{"requirements":[{"key":"a","operator":"In","values":["1"]},
                                     {"key":"b","operator":"NotIn","values":["2"]}]},
    "labelSelector":{"requirements":[{"key":"c","operator":"NotIn","values":["y","z"]},
                                     {"key":"d","operator":"Exists"},{"key":"e","operator":"DoesNotExist"},
                                     {"key":"tier","operator":"In","values":["x"]}]}})"));
}

TEST(SubjectAccessReview, IsTextWhateverThePathHolds) {
  const auto review = make_subject_access_review(reader(), attributes("/metrics/%ff"));
  EXPECT_EQ(review["spec"]["nonResourceAttributes"]["path"], "/metrics/\ufffd");
}

TEST(SubjectAccessReview, KeysDifferWhereReviewsDo) {
  std::set<Digest> keys;
  std::size_t count = 0;
  const auto add = [&](const Identity& user, const RequestAttributes& of) {
    keys.insert(subject_access_key(user, of));
    ++count;
  };
  for (const char* target :
       {metric, "/apis/custom.metrics.k8s.io/v1beta1/namespaces/ns/variantautoscalings.llmd.ai/chat/m",
        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/chat/m",
        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/cha/tm",
        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/chatm",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m?labelSelector=a",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m?labelSelector=!a",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m?fieldSelector=a%3D1",
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m?fieldSelector=a!%3D1", "/metrics", "/version"}) {
    add(reader(), attributes(target));
  }
  add(reader(), attributes("/metrics", verb::post));
  Identity user = reader();
  user.groups = {"staffsystem:authenticated"};
  add(user, attributes("/metrics"));
  user = reader();
  user.uid.clear();
  add(user, attributes("/metrics"));
  user = reader();
  user.extra = {{"scopes", {"ab"}}};
  add(user, attributes("/metrics"));
  user.extra = {{"scopes", {"a"}}, {"b", {}}};
  add(user, attributes("/metrics"));
  EXPECT_EQ(keys.size(), count);
  EXPECT_TRUE(keys.contains(subject_access_key(reader(), attributes("//metrics"))));
}

TEST(Forbidden, SaysWhoCannotDoWhat) {
  EXPECT_EQ(
      forbidden(reader(), attributes(metric), "").message,
      R"(variantautoscalings.llmd.ai.custom.metrics.k8s.io "chat" is forbidden: User "reader" cannot get resource )"
      R"("variantautoscalings.llmd.ai/inferno_desired_replicas" in API group "custom.metrics.k8s.io" in the )"
      R"(namespace "ns")");
  EXPECT_EQ(forbidden(reader(), attributes("/api/v1/nodes"), "no such role").message,
            R"(nodes is forbidden: User "reader" cannot list resource "nodes" in API group "" at the cluster scope: )"
            "no such role");
  EXPECT_EQ(forbidden(reader(), attributes("/metrics", verb::head), "").message,
            R"(forbidden: User "reader" cannot head path "/metrics")");
  const ApiError error = forbidden(reader(), attributes(metric), "");
  EXPECT_EQ(error.reason, ErrorReason::forbidden);
  EXPECT_EQ(error.group, "custom.metrics.k8s.io");
  EXPECT_EQ(error.kind, "variantautoscalings.llmd.ai");
  EXPECT_EQ(error.name, "chat");
}

TEST(Forbidden, IsNotTakenForHtml) {
  Identity user = reader();
  user.name = "<b>\"\n&";
  EXPECT_EQ(forbidden(user, attributes("/metrics"), "").message,
            R"(forbidden: User "&lt;b&gt;\"\x0a&amp;" cannot get path "/metrics")");
}

class SubjectAccessReviewAuthorizerTest : public ::testing::Test {
 protected:
  Result<void> ask(const Identity& user, std::string_view target) {
    Request request;
    EXPECT_TRUE(parse_target(target, request));
    request.identity = user;
    return await(authorizer_.authorize(request));
  }

  void answer(const char* status) {
    reviews_->judge = [status](const Json& /*spec*/) -> std::optional<Json> { return Json::parse(status); };
  }

  std::chrono::steady_clock::time_point now_;
  std::shared_ptr<FakeReviews> reviews_ = std::make_shared<FakeReviews>();
  SubjectAccessReviewAuthorizer authorizer_{
      reviews_, {.allowed = std::chrono::seconds(10), .denied = std::chrono::seconds(5)}, [this] { return now_; }};
};

constexpr const char* allowed = R"({"allowed":true})";
constexpr const char* denied = R"({"allowed":false,"reason":"no role"})";

TEST_F(SubjectAccessReviewAuthorizerTest, AsksTheApiServer) {
  answer(allowed);
  EXPECT_TRUE(ask(reader(), metric));
  EXPECT_EQ(reviews_->last().first, "/apis/authorization.k8s.io/v1/subjectaccessreviews");
  EXPECT_EQ(reviews_->last().second["spec"]["user"], "reader");
  answer(denied);
  const auto refused = ask(reader(), "/metrics");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, R"(forbidden: User "reader" cannot get path "/metrics": no role)");
}

TEST_F(SubjectAccessReviewAuthorizerTest, AsksAboutAnonymousUsersToo) {
  answer(denied);
  EXPECT_FALSE(ask({.name = "system:anonymous", .uid = {}, .groups = {"system:unauthenticated"}, .extra = {}}, metric));
  EXPECT_EQ(reviews_->last().second["spec"]["groups"], Json::parse(R"(["system:unauthenticated"])"));
}

TEST_F(SubjectAccessReviewAuthorizerTest, MastersMayWithoutBeingAskedAbout) {
  EXPECT_TRUE(ask({.name = "admin", .uid = {}, .groups = {"system:masters"}, .extra = {}}, metric));
  EXPECT_EQ(reviews_->count(), 0U);
}

TEST_F(SubjectAccessReviewAuthorizerTest, AnswersAreRememberedByKind) {
  answer(allowed);
  EXPECT_TRUE(ask(reader(), metric));
  answer(denied);
  EXPECT_FALSE(ask(reader(), "/metrics"));
  now_ += std::chrono::milliseconds(4999);
  EXPECT_TRUE(ask(reader(), metric));
  EXPECT_FALSE(ask(reader(), "/metrics"));
  EXPECT_EQ(reviews_->count(), 2U);
  now_ += std::chrono::milliseconds(1);
  EXPECT_FALSE(ask(reader(), "/metrics"));
  EXPECT_EQ(reviews_->count(), 3U);
  now_ += std::chrono::seconds(5);
  EXPECT_FALSE(ask(reader(), metric));
}

TEST_F(SubjectAccessReviewAuthorizerTest, WithoutTheApiServerNobodyMayAndNothingIsRemembered) {
  reviews_->judge = [](const Json& /*spec*/) -> std::optional<Json> { return std::nullopt; };
  const auto refused = ask(reader(), metric);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, ErrorReason::service_unavailable);
  EXPECT_EQ(refused.error().message,
            "whether this is allowed can't be found out: https://10.0.0.1:443: connection refused");
  answer(allowed);
  EXPECT_TRUE(ask(reader(), metric));
}

TEST_F(SubjectAccessReviewAuthorizerTest, OnlyAPlainYesAllows) {
  for (const char* status : {"null", "{}", "[true]", R"({"allowed":"true"})", R"({"allowed":1})",
                             R"({"allowed":true,"denied":true})", R"({"allowed":false,"denied":true})"}) {
    answer(status);
    EXPECT_FALSE(ask(reader(), "/" + std::to_string(reviews_->count()))) << status;
  }
}

TEST_F(SubjectAccessReviewAuthorizerTest, APathThatCannotBeAskedAboutIsRefused) {
  const auto refused = ask(reader(), "/api/v1/watch");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, ErrorReason::bad_request);
  EXPECT_EQ(reviews_->count(), 0U);
}

}  // namespace
}  // namespace inferno::server
