#include "server/http/request_pipeline.hpp"

#include <nlohmann/json.hpp>

#include "server/http/target.hpp"
#include "tests/support/http/await.hpp"

namespace inferno::server {
namespace {

using boost::beast::http::verb;
using inferno::testing::await;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

// Reads the credential from a header: absent, "bad", or a user's name.
class FakeAuthenticator final : public Authenticator {
 public:
  boost::asio::awaitable<Result<std::optional<Identity>>> authenticate(Credentials credentials) override {
    const std::string_view credential = credentials.headers["X-Credential"];
    if (credential.empty()) co_return std::optional<Identity>{};
    if (credential == "bad") co_return unauthorized("Unauthorized: bad credential");
    Identity identity;
    identity.name = credential;
    co_return std::optional<Identity>(std::move(identity));
  }
};

class RequestPipelineTest : public ::testing::Test {
 protected:
  RequestPipelineTest() {
    auto router = std::make_shared<Router>();
    const Handler handler = [this](const Request& request) { return answer(request); };
    router->add(verb::get, "/livez", handler);
    router->add(verb::get, "/apis", handler);
    router_ = std::move(router);
  }

  boost::asio::awaitable<Response> answer(const Request& request) {
    served_to_ = request.identity;
    co_return Response{};
  }

  Response ask(std::string_view target, std::string_view credential, AllowAuthenticated::Anonymous anonymous) {
    const RequestPipeline pipeline(std::make_shared<FakeAuthenticator>(),
                                   std::make_shared<AllowAuthenticated>(anonymous), router_);
    Request request;
    EXPECT_TRUE(parse_target(target, request));
    if (!credential.empty()) request.headers.set("X-Credential", credential);
    return await(pipeline.handle(request, ConnectionInfo{}));
  }

  std::shared_ptr<const Router> router_;
  Identity served_to_;
};

constexpr auto refused = AllowAuthenticated::Anonymous::refused;
constexpr auto allowed = AllowAuthenticated::Anonymous::allowed;

TEST_F(RequestPipelineTest, AKnownUserIsServedAndIsInTheAuthenticatedGroup) {
  EXPECT_EQ(ask("/apis", "someone", refused).status, 200U);
  EXPECT_EQ(served_to_.name, "someone");
  EXPECT_THAT(served_to_.groups, ElementsAre("system:authenticated"));
}

TEST_F(RequestPipelineTest, NoCredentialIs401WithAChallengeWhereAnonymousIsRefused) {
  const Response response = ask("/apis", "", refused);
  EXPECT_EQ(response.status, 401U);
  EXPECT_THAT(response.headers, Contains(Pair("WWW-Authenticate", "Bearer")));
  EXPECT_EQ(nlohmann::json::parse(*response.body)["reason"], "Unauthorized");
}

TEST_F(RequestPipelineTest, NoCredentialIsAnonymousWhereAllowed) {
  EXPECT_EQ(ask("/apis", "", allowed).status, 200U);
  EXPECT_EQ(served_to_.name, "system:anonymous");
  EXPECT_THAT(served_to_.groups, ElementsAre("system:unauthenticated"));
}

TEST_F(RequestPipelineTest, AWrongCredentialIs401EvenWhereAnonymousIsAllowed) {
  EXPECT_EQ(ask("/apis", "bad", allowed).status, 401U);
  EXPECT_EQ(ask("/livez", "bad", allowed).status, 401U);
}

TEST_F(RequestPipelineTest, HealthNeedsNoAuthorization) {
  EXPECT_EQ(ask("/livez", "", refused).status, 200U);
}

TEST_F(RequestPipelineTest, WhatDoesNotExistIsNotToldToStrangers) {
  EXPECT_EQ(ask("/nothing", "", refused).status, 401U);
  EXPECT_EQ(ask("/nothing", "someone", refused).status, 404U);
}

}  // namespace
}  // namespace inferno::server
