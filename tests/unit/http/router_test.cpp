#include "server/http/router.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "server/http/target.hpp"
#include "tests/support/http/await.hpp"

namespace inferno::server {
namespace {

using boost::beast::http::verb;
using inferno::testing::await;
using ::testing::Contains;
using ::testing::Pair;

boost::asio::awaitable<Response> named(std::string name) {
  Response response;
  response.body = std::make_shared<const std::string>(std::move(name));
  co_return response;
}

Handler handler(const std::string& name) {
  return [name](const Request& /*request*/) { return named(name); };
}

Response ask(const Router& router, verb method, std::string_view target) {
  Request request;
  request.method = method;
  EXPECT_TRUE(parse_target(target, request));
  return await(router.route(request));
}

std::string reached(const Router& router, std::string_view target) {
  const Response response = ask(router, verb::get, target);
  return response.status == 200 ? *response.body : std::to_string(response.status);
}

TEST(Router, TheMostSpecificPatternWins) {
  Router router;
  router.add(verb::get, "/apis", handler("groups"));
  router.add(verb::get, "/apis/custom/**", handler("custom"));
  router.add(verb::get, "/apis/*/v1", handler("any version"));
  router.add(verb::get, "/apis/custom/v1/exact", handler("exact"));
  EXPECT_EQ(reached(router, "/apis"), "groups");
  EXPECT_EQ(reached(router, "/apis/"), "groups");
  EXPECT_EQ(reached(router, "/apis/custom"), "custom");
  EXPECT_EQ(reached(router, "/apis/custom/v1/exact"), "exact");
  EXPECT_EQ(reached(router, "/apis/custom/v1/other/a/b"), "custom");
  EXPECT_EQ(reached(router, "/apis/other/v1"), "any version");
  EXPECT_EQ(reached(router, "/apis/other"), "404");
  EXPECT_EQ(reached(router, "/"), "404");
}

TEST(Router, WhereALiteralLeadsNowhereTheWildcardIsTried) {
  Router router;
  router.add(verb::get, "/a/b/c", handler("literal"));
  router.add(verb::get, "/a/*/d", handler("wildcard"));
  EXPECT_EQ(reached(router, "/a/b/d"), "wildcard");
}

TEST(Router, AnEncodedSlashIsNoSeparator) {
  Router router;
  router.add(verb::get, "/livez/ping", handler("ping"));
  EXPECT_EQ(reached(router, "/livez%2Fping"), "404");
}

TEST(Router, HeadGoesWhereGetGoes) {
  Router router;
  router.add(verb::get, "/a", handler("a"));
  EXPECT_EQ(ask(router, verb::head, "/a").status, 200U);
}

TEST(Router, AnotherMethodIs405WithAllow) {
  Router router;
  router.add(verb::get, "/a", handler("a"));
  router.add(verb::post, "/a", handler("a"));
  const Response response = ask(router, verb::delete_, "/a");
  EXPECT_EQ(response.status, 405U);
  EXPECT_THAT(response.headers, Contains(Pair("Allow", "GET, HEAD, POST")).Times(1));
  const auto status = nlohmann::json::parse(*response.body);
  EXPECT_EQ(status["kind"], "Status");
  EXPECT_EQ(status["reason"], "MethodNotAllowed");
}

TEST(Router, AnUnknownPathIsAStatus) {
  const Router router;
  const Response response = ask(router, verb::get, "/nothing");
  EXPECT_EQ(response.status, 404U);
  const auto status = nlohmann::json::parse(*response.body);
  EXPECT_EQ(status["reason"], "NotFound");
  EXPECT_EQ(status["message"], "the server could not find the requested resource");
}

TEST(Router, RefusesPatternsThatAreWrong) {
  Router router;
  router.add(verb::get, "/a", handler("a"));
  EXPECT_THROW(router.add(verb::get, "/a/", handler("again")), std::invalid_argument);
  EXPECT_THROW(router.add(verb::get, "b", handler("b")), std::invalid_argument);
  EXPECT_THROW(router.add(verb::get, "/**/b", handler("b")), std::invalid_argument);
}

}  // namespace
}  // namespace inferno::server
