// Waking at once: what is asked of the API server, and what is not.
#include "adapter/wake/direct_waker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/support/kubernetes/fake_api_client.hpp"
#include "tests/unit/wake/wake_board.hpp"

namespace inferno::wake {
namespace {

namespace asio = boost::asio;
using inferno::testing::api_status;
using inferno::testing::document_result;
using inferno::testing::FakeApiClient;
using inferno::testing::make_wake_board;
using inferno::testing::make_wake_variant;
using kubernetes::ApiRequest;
using nlohmann::json;
using Result = FakeApiClient::Result;
using Verb = FakeApiClient::Verb;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

const std::string scale = "/apis/apps/v1/namespaces/llm/deployments/llama-decode/scale";

class DirectWakerTest : public ::testing::Test {
 protected:
  DirectWakerTest() {
    api.handle(Verb::get, scale, [this](const ApiRequest&) { return document_result(stored()); });
    api.handle(Verb::patch, scale, [this](const ApiRequest& request) { return patch(request); });
    asio::co_spawn(context, waker.run(),
                   asio::bind_cancellation_slot(cancel.slot(), [this](const std::exception_ptr&) { ended = true; }));
  }
  ~DirectWakerTest() override {
    cancel.emit(asio::cancellation_type::terminal);
    while (!ended) context.run_one();
  }

  // As the API server writes a Scale: a count of 0 is left out.
  [[nodiscard]] json stored() const {
    json document = {{"metadata", {{"name", "llama-decode"}, {"resourceVersion", std::to_string(version)}}},
                     {"spec", json::object()}};
    if (replicas != 0) document["spec"]["replicas"] = replicas;
    return document;
  }
  Result patch(const ApiRequest& request) {
    const json body = json::parse(request.body);
    if (body["metadata"]["resourceVersion"] != std::to_string(version))
      return api_status(409, "Conflict", "the object has been modified");
    replicas = body["spec"]["replicas"];
    ++version;
    return document_result(stored());
  }

  // Tells that requests wait for llama, at zero as far as the watch knows, and lets everything happen that then does.
  void wanted() {
    waker.consider(make_wake_board({make_wake_variant("llama", 0)}, {{"llama", 1}}));
    settle();
  }
  void settle() {
    context.restart();
    while (context.poll() > 0) context.restart();
  }
  std::string counters() { return ::prometheus::TextSerializer().Serialize(registry.Collect()); }

  asio::io_context context;
  FakeApiClient api;
  ::prometheus::Registry registry;
  MonotonicTime now{1h};
  bool leads = true;
  int asked = 0;
  DirectWaker waker{context.get_executor(),
                    api,
                    {.may_act = [this] { return leads; }, .keep_asking = [this] { ++asked; }},
                    registry,
                    [this] { return now; }};
  asio::cancellation_signal cancel;
  bool ended = false;
  int replicas = 0;
  int version = 7;
};

TEST_F(DirectWakerTest, ATargetAtZeroIsSetToOneReplicaInTheVersionThatWasRead) {
  wanted();
  EXPECT_EQ(replicas, 1);
  ASSERT_EQ(api.requests.size(), 2U);
  const ApiRequest& write = api.requests.back();
  EXPECT_EQ(write.method, Verb::patch);
  EXPECT_EQ(write.target, scale);
  EXPECT_EQ(write.content_type, "application/merge-patch+json");
  EXPECT_EQ(json::parse(write.body), json::parse(R"({"metadata": {"resourceVersion": "7"}, "spec": {"replicas": 1}})"));
  EXPECT_THAT(counters(), HasSubstr("inferno_adapter_direct_wakes_total{outcome=\"woken\"} 1"));
}

TEST_F(DirectWakerTest, OneThatIsAwakeAlreadyIsNotWritten) {
  replicas = 3;
  wanted();
  EXPECT_EQ(replicas, 3);
  EXPECT_TRUE(api.asked(Verb::patch).empty());
  EXPECT_THAT(counters(), HasSubstr("inferno_adapter_direct_wakes_total{outcome=\"already_awake\"} 1"));
}

TEST_F(DirectWakerTest, OneThatIsScaledBetweenReadingAndWritingIsNotLowered) {
  api.handle(Verb::patch, scale, [this](const ApiRequest& request) {
    if (version == 7) {
      replicas = 4;
      ++version;
    }
    return patch(request);
  });
  wanted();
  EXPECT_EQ(replicas, 4);
  EXPECT_EQ(api.asked(Verb::get).size(), 2U) << "it is read again";
  EXPECT_EQ(api.asked(Verb::patch).size(), 1U);
}

TEST_F(DirectWakerTest, WhileTheStateLagsBehindAWokenTargetIsLeftAlone) {
  wanted();
  wanted();
  now += 4s;
  wanted();
  EXPECT_EQ(api.requests.size(), 2U);
}

TEST_F(DirectWakerTest, OnlyTheLeaderActs) {
  leads = false;
  wanted();
  EXPECT_TRUE(api.requests.empty());
  leads = true;
  wanted();
  EXPECT_EQ(replicas, 1);
}

TEST_F(DirectWakerTest, TheLeaderKeepsTheSignalsFreshThoughNobodyAsks) {
  settle();
  EXPECT_EQ(asked, 1);
}

TEST_F(DirectWakerTest, WithoutPermissionTheMissingRuleIsNamedOnce) {
  api.fail(Verb::patch, scale, api_status(403, "Forbidden", "cannot patch deployments/scale"));
  ::testing::internal::CaptureStdout();
  wanted();
  now += 1s;
  wanted();
  const std::string log = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(api.asked(Verb::patch).size(), 2U);
  EXPECT_THAT(log, HasSubstr("may not wake a Deployment in namespace llm directly, so waking waits for its autoscaler: "
                             "allow get and patch of deployments/scale in API group \"apps\" (cannot patch "
                             "deployments/scale)"));
  EXPECT_EQ(log.find("may not wake"), log.rfind("may not wake"));
  EXPECT_THAT(counters(), HasSubstr("inferno_adapter_direct_wakes_total{outcome=\"forbidden\"} 2"));
}

TEST_F(DirectWakerTest, AFailureIsTriedAgainAfterAPause) {
  api.down = true;
  wanted();
  api.down = false;
  wanted();
  EXPECT_EQ(replicas, 0);
  now += 1s;
  wanted();
  EXPECT_EQ(replicas, 1);
}

}  // namespace
}  // namespace inferno::wake
