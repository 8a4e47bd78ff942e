// From a kind to its resource.
#include "adapter/kubernetes/api/resource_resolver.hpp"

#include <gtest/gtest.h>

#include "tests/support/http/await.hpp"
#include "tests/support/kubernetes/fake_api_client.hpp"

namespace inferno::kubernetes {
namespace {

using inferno::testing::FakeApiClient;
using nlohmann::json;
using Verb = FakeApiClient::Verb;

class ResourceResolverTest : public ::testing::Test {
 protected:
  ApiResult<ApiResource> resolve(const std::string& api_version, const std::string& kind) {
    return inferno::testing::await(resolver.resolve(api_version, kind));
  }

  FakeApiClient api;
  ResourceResolver resolver{api};
};

TEST_F(ResourceResolverTest, TheUsualScaleTargetsNeedNoDiscovery) {
  EXPECT_EQ(resolve("apps/v1", "Deployment")->object_path("llm", "llama"),
            "/apis/apps/v1/namespaces/llm/deployments/llama");
  EXPECT_EQ(resolve("apps/v1", "StatefulSet")->display(), "statefulsets.apps");
  EXPECT_EQ(resolve("apps/v1", "ReplicaSet")->plural, "replicasets");
  EXPECT_EQ(resolve("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet")->object_path("llm", "llama"),
            "/apis/leaderworkerset.x-k8s.io/v1/namespaces/llm/leaderworkersets/llama");
  EXPECT_TRUE(api.requests.empty());
}

TEST_F(ResourceResolverTest, OtherKindsAreDiscoveredOnce) {
  api.answer(Verb::get, "/apis/example.com/v1beta1", json::parse(R"({"resources": [
    {"name": "engines/scale", "kind": "Engine"}, {"name": "enginelists", "kind": "EngineList"},
    {"name": "engines", "kind": "Engine"}]})"));
  const ApiResource expected{.group = "example.com", .version = "v1beta1", .plural = "engines"};
  EXPECT_EQ(*resolve("example.com/v1beta1", "Engine"), expected);
  EXPECT_EQ(*resolve("example.com/v1beta1", "Engine"), expected);
  EXPECT_EQ(api.requests.size(), 1U);
}

TEST_F(ResourceResolverTest, TheCoreGroupHasAnotherRoot) {
  api.answer(Verb::get, "/api/v1",
             json::parse(R"({"resources": [{"name": "replicationcontrollers", "kind": "ReplicationController"}]})"));
  EXPECT_EQ(resolve("v1", "ReplicationController")->object_path("llm", "llama"),
            "/api/v1/namespaces/llm/replicationcontrollers/llama");
}

TEST_F(ResourceResolverTest, AKindThatTheApiDoesNotHaveIsNotFound) {
  api.answer(Verb::get, "/apis/example.com/v1", json::parse(R"({"resources": []})"));
  const auto resource = resolve("example.com/v1", "Engine");
  ASSERT_FALSE(resource);
  EXPECT_EQ(resource.error().status, 404U);
  EXPECT_EQ(resource.error().message, "the API server has no kind Engine in example.com/v1");
  EXPECT_EQ(resolve("absent.example.com/v1", "Engine").error().status, 404U);
}

TEST_F(ResourceResolverTest, AVersionThatWouldLeadElsewhereIsNotAskedFor) {
  for (const char* api_version : {"example.com/../../api/v1", "..", "../v1", "example.com/v1?x", "example.com/", ""})
    EXPECT_EQ(resolve(api_version, "Engine").error().status, 404U) << api_version;
  EXPECT_TRUE(api.requests.empty());
}

}  // namespace
}  // namespace inferno::kubernetes
