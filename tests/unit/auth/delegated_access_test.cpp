// All of it together, as requests meet it: who gets through to a metric, and what the others are told.
#include "server/auth/delegated_access.hpp"

#include "server/http/request_pipeline.hpp"
#include "server/http/target.hpp"
#include "tests/support/http/await.hpp"
#include "tests/support/http/running_server.hpp"
#include "tests/unit/auth/cluster_fixture.hpp"
#include "tests/unit/auth/fake_reviews.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using inferno::testing::Cluster;
using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* metric = "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/chat/m";

// "200 user group ...", or the code and the Status message.
std::string told(const Response& response) {
  const std::string code = std::to_string(response.status) + ' ';
  if (response.status == 200) return code + *response.body;
  return code + Json::parse(*response.body)["message"].get<std::string>();
}

class Delegated : public ::testing::Test {
 protected:
  Delegated() {
    reviews_->judge = [this](const Json& spec) -> std::optional<Json> {
      if (down_) return std::nullopt;
      return spec.contains("token") ? whose(spec["token"]) : may(spec["user"]);
    };
    auto router = std::make_shared<Router>();
    for (const char* pattern : {"/apis/**", "/livez"}) router->add(boost::beast::http::verb::get, pattern, who);
    pipeline_ = std::make_unique<RequestPipeline>(std::make_shared<AuthenticatorUnion>(access_.authenticators()),
                                                  access_.authorizer(), std::move(router));
  }

  static boost::asio::awaitable<Response> who(const Request& request) {
    std::string text = request.identity.name;
    for (const auto& group : request.identity.groups) text += ' ' + group;
    co_return inferno::testing::text_response(std::move(text));
  }

  static Json whose(const std::string& token) {
    if (!token.starts_with("of-")) return Json::parse(R"({"authenticated":false,"error":"token has expired"})");
    return {{"authenticated", true}, {"user", {{"username", token.substr(3)}}}};
  }

  static Json may(const std::string& user) { return {{"allowed", user == "reader"}}; }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  std::string get(const Cluster::Shown& certificate, const Headers& headers, const char* target = metric) {
    Request request;
    EXPECT_TRUE(parse_target(target, request));
    for (const auto& [name, value] : headers) request.headers.insert(name, value);
    ConnectionInfo connection;
    connection.peer_certificate = certificate;
    return told(await(pipeline_->handle(request, connection)));
  }

  bool down_ = false;
  Cluster cluster_;
  std::shared_ptr<FakeReviews> reviews_ = std::make_shared<FakeReviews>();
  DelegatedAccess access_{reviews_, {}, inferno::testing::silent_logger()};
  std::unique_ptr<RequestPipeline> pipeline_;
};

constexpr const char* other_is_refused =
    R"(403 variantautoscalings.llmd.ai.custom.metrics.k8s.io "chat" is forbidden: User "other" cannot get resource )"
    R"("variantautoscalings.llmd.ai/m" in API group "custom.metrics.k8s.io" in the namespace "ns")";

TEST_F(Delegated, AnAdministratorsCertificateDoesEverythingWithoutTheApiServer) {
  access_.update(cluster_.data());
  down_ = true;
  EXPECT_EQ(get(cluster_.admin(), {}), "200 kubernetes-admin system:masters system:authenticated");
}

TEST_F(Delegated, AServiceAccountNeedsARole) {
  access_.update(cluster_.data());
  EXPECT_EQ(get(nullptr, {{"Authorization", "Bearer of-reader"}}), "200 reader system:authenticated");
  EXPECT_EQ(get(nullptr, {{"Authorization", "Bearer of-other"}}), other_is_refused);
}

TEST_F(Delegated, AnExpiredTokenIsRefusedOnHealthPathsToo) {
  access_.update(cluster_.data());
  for (const char* target : {metric, "/livez"}) {
    EXPECT_EQ(get(nullptr, {{"Authorization", "Bearer stale"}}, target),
              "401 Unauthorized: the bearer token was not accepted: token has expired");
  }
}

TEST_F(Delegated, TheAggregatorSpeaksForUsers) {
  access_.update(cluster_.data());
  EXPECT_EQ(get(cluster_.aggregator(), {{"X-Remote-User", "reader"}, {"X-Remote-Group", "staff"}}),
            "200 reader staff system:authenticated");
  EXPECT_EQ(get(cluster_.aggregator(), {{"X-Remote-User", "other"}}), other_is_refused);
  EXPECT_THAT(
      get(cluster_.aggregator(), {{"X-Remote-User", "system:anonymous"}, {"X-Remote-Group", "system:unauthenticated"}}),
      HasSubstr(R"(403 variantautoscalings.llmd.ai.custom.metrics.k8s.io "chat" is forbidden: User )"
                R"("system:anonymous" cannot get)"));
  EXPECT_EQ(reviews_->last().second["spec"]["groups"], Json::parse(R"(["system:unauthenticated"])"));
}

TEST_F(Delegated, ForgedHeadersChangeNothing) {
  access_.update(cluster_.data());
  const Headers forged = {{"X-Remote-User", "reader"}, {"X-Remote-Group", "system:masters"}};
  EXPECT_THAT(get(nullptr, forged), HasSubstr(R"(User "system:anonymous" cannot get)"));
  EXPECT_THAT(get(Cluster::stranger(), forged),
              HasSubstr("401 Unauthorized: the client certificate is not a front proxy's: "));
  const auto other = inferno::testing::shown_certificate(cluster_.clients.issue({.common_name = "other"}));
  EXPECT_EQ(get(other, forged), other_is_refused);
  const auto not_allowed =
      inferno::testing::shown_certificate(cluster_.front_proxies.issue({.common_name = "not-the-aggregator"}));
  EXPECT_THAT(get(not_allowed, forged), HasSubstr("401 Unauthorized: the client certificate is not a front proxy's: "
                                                  "its common name \"not-the-aggregator\""));
  Headers with_token = forged;
  with_token.emplace_back("Authorization", "Bearer of-other");
  EXPECT_EQ(get(Cluster::stranger(), with_token), other_is_refused);
}

TEST_F(Delegated, WithoutTheApiServerOnlyHealthPathsAnswer) {
  access_.update(cluster_.data());
  down_ = true;
  EXPECT_EQ(get(nullptr, {{"Authorization", "Bearer of-reader"}}),
            "503 the bearer token can't be checked: https://10.0.0.1:443: connection refused");
  EXPECT_EQ(get(cluster_.aggregator(), {{"X-Remote-User", "reader"}}),
            "503 whether this is allowed can't be found out: https://10.0.0.1:443: connection refused");
  EXPECT_EQ(get(nullptr, {}),
            "503 whether this is allowed can't be found out: https://10.0.0.1:443: connection refused");
  EXPECT_EQ(get(nullptr, {}, "/livez"), "200 system:anonymous system:unauthenticated");
}

TEST_F(Delegated, BeforeTheConfigurationIsReadTokensAreGoodAndCertificatesAreNot) {
  EXPECT_EQ(access_.problem(), "the ConfigMap kube-system/extension-apiserver-authentication has not been read yet");
  EXPECT_EQ(get(nullptr, {{"Authorization", "Bearer of-reader"}}), "200 reader system:authenticated");
  const std::string later =
      "503 client certificates can't be judged: the ConfigMap kube-system/extension-apiserver-authentication has not "
      "been read yet";
  EXPECT_EQ(get(cluster_.admin(), {}), later);
  EXPECT_EQ(get(cluster_.aggregator(), {{"X-Remote-User", "reader"}}), later);
  access_.update(cluster_.data());
  EXPECT_EQ(access_.problem(), std::nullopt);
  EXPECT_EQ(get(cluster_.aggregator(), {{"X-Remote-User", "reader"}}), "200 reader system:authenticated");
}

TEST_F(Delegated, BothAuthoritiesRotateWhileConnectionsStay) {
  access_.update(cluster_.data());
  const auto admin = cluster_.admin();
  const auto aggregator = cluster_.aggregator();
  const Headers for_reader = {{"X-Remote-User", "reader"}};
  const Cluster successor;
  auto overlap = cluster_.data();
  overlap["client-ca-file"] += successor.clients.certificate_pem();
  overlap["requestheader-client-ca-file"] += successor.front_proxies.certificate_pem();
  access_.update(overlap);
  for (const auto& certificate : {admin, successor.admin()}) {
    EXPECT_THAT(get(certificate, {}), HasSubstr("200 kubernetes-admin"));
  }
  for (const auto& certificate : {aggregator, successor.aggregator()}) {
    EXPECT_THAT(get(certificate, for_reader), HasSubstr("200 reader"));
  }
  access_.update(successor.data());
  EXPECT_THAT(get(admin, {}), HasSubstr("401 Unauthorized: "));
  EXPECT_THAT(get(aggregator, for_reader), HasSubstr("401 Unauthorized: "));
  EXPECT_THAT(get(successor.admin(), {}), HasSubstr("200 kubernetes-admin"));
  EXPECT_THAT(get(successor.aggregator(), for_reader), HasSubstr("200 reader"));
}

}  // namespace
}  // namespace inferno::server
