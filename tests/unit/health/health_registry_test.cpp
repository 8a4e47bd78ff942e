#include "server/health/health_registry.hpp"

#include <spdlog/logger.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "server/http/target.hpp"
#include "tests/support/http/await.hpp"
#include "tests/support/http/running_server.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using Kind = HealthRegistry::Kind;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

class HealthRegistryTest : public ::testing::Test {
 protected:
  HealthRegistryTest() {
    registry_->add("loop", Kind::liveness_and_readiness, [this] { return loop_; });
    registry_->add("state-synced", Kind::readiness, [this] { return synced_; }, [this] { return remark_; });
    add_health_routes(router_, registry_);
  }

  Response ask(std::string_view target) {
    Request request;
    EXPECT_TRUE(parse_target(target, request));
    return await(router_.route(request));
  }

  std::ostringstream log_;
  std::optional<std::string> loop_;
  std::optional<std::string> synced_;
  std::optional<std::string> remark_;
  std::shared_ptr<HealthRegistry> registry_ = std::make_shared<HealthRegistry>(inferno::testing::logger_to(log_));
  Router router_;
};

TEST_F(HealthRegistryTest, HealthyIsOk) {
  for (const char* endpoint : {"/livez", "/readyz", "/healthz", "/livez/ping", "/readyz/state-synced"}) {
    const Response response = ask(endpoint);
    EXPECT_EQ(response.status, 200U) << endpoint;
    EXPECT_EQ(*response.body, "ok") << endpoint;
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    EXPECT_THAT(response.headers, Contains(Pair("Cache-Control", "no-cache, no-store, must-revalidate")));
  }
}

TEST_F(HealthRegistryTest, VerboseListsTheChecksOfTheEndpoint) {
  EXPECT_EQ(*ask("/readyz?verbose").body, "[+]ping ok\n[+]loop ok\n[+]state-synced ok\nreadyz check passed\n");
  EXPECT_EQ(*ask("/livez?verbose=true").body, "[+]ping ok\n[+]loop ok\nlivez check passed\n");
}

TEST_F(HealthRegistryTest, ARemarkIsShownWithVerboseAndFailsNothing) {
  remark_ = "the CRD is not installed";
  EXPECT_EQ(*ask("/readyz?verbose").body,
            "[+]ping ok\n[+]loop ok\n[+]state-synced ok: the CRD is not installed\nreadyz check passed\n");
  EXPECT_EQ(*ask("/readyz").body, "ok");
  EXPECT_EQ(ask("/readyz").status, 200U);
}

TEST_F(HealthRegistryTest, AFailureIs500WithItsReasonAndIsLogged) {
  synced_ = "no VariantAutoscaling has been read yet";
  const Response response = ask("/readyz");
  EXPECT_EQ(response.status, 500U);
  EXPECT_EQ(*response.body,
            "[+]ping ok\n[+]loop ok\n[-]state-synced failed: no VariantAutoscaling has been read yet\n"
            "readyz check failed\n");
  EXPECT_THAT(log_.str(), HasSubstr("readyz check failed: state-synced: no VariantAutoscaling has been read yet"));
  EXPECT_EQ(ask("/livez").status, 200U);  // a matter of readiness alone
  EXPECT_EQ(ask("/healthz").status, 500U);
}

TEST_F(HealthRegistryTest, AnExcludedCheckIsNotAsked) {
  synced_ = "not yet";
  EXPECT_EQ(ask("/readyz?exclude=state-synced").status, 200U);
  EXPECT_EQ(*ask("/readyz?verbose&exclude=state-synced&exclude=typo").body,
            "[+]ping ok\n[+]loop ok\n[+]state-synced excluded: ok\n"
            "warn: some health checks cannot be excluded: no matches for \"typo\"\nreadyz check passed\n");
}

TEST_F(HealthRegistryTest, EachCheckAnswersAlone) {
  synced_ = "not yet";
  EXPECT_EQ(ask("/readyz/loop").status, 200U);
  const Response response = ask("/readyz/state-synced");
  EXPECT_EQ(response.status, 500U);
  EXPECT_EQ(*response.body, "internal server error: not yet\n");
}

TEST_F(HealthRegistryTest, WhatIsNoCheckOfTheEndpointIsAStatus404) {
  for (const char* target : {"/livez/state-synced", "/readyz/none", "/readyz/ping/more"}) {
    const Response response = ask(target);
    EXPECT_EQ(response.status, 404U) << target;
    EXPECT_EQ(nlohmann::json::parse(*response.body)["kind"], "Status");
  }
}

TEST_F(HealthRegistryTest, NamesAreUniqueAndFitIntoAPath) {
  const auto add = [this](const std::string& name) {
    registry_->add(name, Kind::readiness, [this] { return synced_; });
  };
  for (const char* name : {"", "ping", "loop", "a/b", "A"}) EXPECT_THROW(add(name), std::invalid_argument) << name;
}

}  // namespace
}  // namespace inferno::server
