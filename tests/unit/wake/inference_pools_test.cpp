// Gateways as InferencePools name them.
#include "adapter/wake/inference_pools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/http/await.hpp"
#include "tests/support/kubernetes/fake_api_client.hpp"

namespace inferno::wake {
namespace {

using inferno::testing::api_status;
using inferno::testing::FakeApiClient;
using nlohmann::json;
using Verb = FakeApiClient::Verb;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const json stable = json::parse(R"({"items": [
  {"metadata": {"name": "llama", "namespace": "llm"},
   "spec": {"endpointPickerRef": {"group": "", "kind": "Service", "name": "llama-epp", "port": {"number": 9002}}}}]})");
const json alpha = json::parse(R"({"items": [
  {"metadata": {"name": "qwen", "namespace": "lab"}, "spec": {"extensionRef": {"name": "qwen-epp", "portNumber": 9002}}}]})");
const GatewayEndpoint llama{.url = "http://llama-epp.llm.svc:9090/metrics", .namespace_name = "llm"};
const GatewayEndpoint qwen{.url = "http://qwen-epp.lab.svc:9090/metrics", .namespace_name = "lab"};

TEST(InferencePools, NameTheServiceOfTheirEndpointPicker) {
  EXPECT_THAT(endpoint_pickers(stable), ElementsAre(llama));
  EXPECT_THAT(endpoint_pickers(alpha), ElementsAre(qwen));
}

TEST(InferencePools, ReferencesToAnythingButAServiceAreLeftOut) {
  EXPECT_THAT(endpoint_pickers(json::parse(R"({"items": [
    {"metadata": {"namespace": "llm"}, "spec": {"endpointPickerRef": {"kind": "Pod", "name": "a"}}},
    {"metadata": {"namespace": "llm"}, "spec": {"endpointPickerRef": {"group": "example.com", "kind": "Service", "name": "a"}}},
    {"metadata": {"namespace": "llm"}, "spec": {"endpointPickerRef": {"name": "evil.example.com/x"}}},
    {"metadata": {"namespace": "llm"}, "spec": {"endpointPickerRef": "a"}},
    {"metadata": {"namespace": "llm"}},
    {"spec": {"endpointPickerRef": {"name": "a"}}},
    7]})")),
              IsEmpty());
  EXPECT_THAT(endpoint_pickers(json::parse("[]")), IsEmpty());
}

class InferencePoolsTest : public ::testing::Test {
 protected:
  auto find(const std::string& watch_namespace = {}) {
    InferencePools pools(api, watch_namespace);
    return inferno::testing::await(pools.find());
  }

  FakeApiClient api;
};

TEST_F(InferencePoolsTest, AreFoundInBothGroups) {
  api.answer(Verb::get, "/apis/inference.networking.k8s.io/v1/inferencepools", stable);
  api.answer(Verb::get, "/apis/inference.networking.x-k8s.io/v1alpha2/inferencepools", alpha);
  const auto found = find();
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(llama, qwen));
}

TEST_F(InferencePoolsTest, WhereNeitherGroupIsInstalledThereAreNone) {
  const auto found = find();
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, IsEmpty());
}

TEST_F(InferencePoolsTest, AreLookedForInTheWatchedNamespaceOnly) {
  api.answer(Verb::get, "/apis/inference.networking.k8s.io/v1/namespaces/llm/inferencepools", stable);
  const auto found = find("llm");
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(llama));
}

TEST_F(InferencePoolsTest, AFailureIsNotTakenForNone) {
  api.answer(Verb::get, "/apis/inference.networking.k8s.io/v1/inferencepools", stable);
  api.fail(Verb::get, "/apis/inference.networking.x-k8s.io/v1alpha2/inferencepools",
           api_status(403, "Forbidden", "cannot list inferencepools"));
  const auto found = find();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "cannot list inferencepools");
}

}  // namespace
}  // namespace inferno::wake
