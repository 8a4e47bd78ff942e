// Gateways asked again and again, on an io_context that the test drives.
#include "adapter/wake/gateway_watch.hpp"

#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "tests/support/http/scripted_server.hpp"
#include "tests/support/kubernetes/fake_api_client.hpp"

namespace inferno::wake {
namespace {

namespace asio = boost::asio;
using inferno::testing::answer;
using inferno::testing::FakeApiClient;
using inferno::testing::ScriptedServer;
using signals::GatewayDemand;
using namespace std::chrono_literals;

const std::string one_waits = "inference_extension_flow_control_queue_size{model_name=\"llama\"} 1\n";
const GatewayDemand llama{{{"", "llama"}, {.queue = 1}}};

class GatewayWatchTest : public ::testing::Test {
 protected:
  GatewayWatchTest() { timing.interval = timing.failed_interval = timing.discovery = timing.failed_discovery = 1ms; }
  ~GatewayWatchTest() override {
    if (!watch) return;
    cancel.emit(asio::cancellation_type::terminal);
    while (!ended) context.run_one();
  }

  void start(std::set<GatewayEndpoint> endpoints, InferencePools* pools = nullptr) {
    GatewayAccess access;
    access.deadline = 30s;
    watch = std::make_unique<GatewayWatch>(
        context.get_executor(), std::move(endpoints), pools, access, timing,
        [this](const std::optional<GatewayDemand>& demand) { received.push_back(demand); }, registry,
        [this] { return now; });
    asio::co_spawn(context, watch->run(),
                   asio::bind_cancellation_slot(cancel.slot(), [this](const std::exception_ptr&) { ended = true; }));
  }
  void run_until_received(std::size_t count) {
    while (received.size() < count) context.run_one();
  }

  asio::io_context context;
  ScriptedServer gateway{context};
  GatewayEndpoint endpoint{.url = gateway.url(), .namespace_name = {}};
  GatewayTiming timing;
  ::prometheus::Registry registry;
  MonotonicTime now{1h};
  std::vector<std::optional<GatewayDemand>> received;
  std::unique_ptr<GatewayWatch> watch;
  asio::cancellation_signal cancel;
  bool ended = false;
};

TEST_F(GatewayWatchTest, EachAnswerIsHandedOn) {
  gateway.add(answer(""));
  gateway.add(answer(one_waits));
  gateway.add(answer(one_waits));
  start({endpoint});
  run_until_received(3);
  EXPECT_EQ(received, (std::vector<std::optional<GatewayDemand>>{GatewayDemand{}, llama, llama}));
}

TEST_F(GatewayWatchTest, AGatewayThatFailsForTooLongDropsOut) {
  gateway.add(answer(one_waits));
  gateway.add(answer("", "503 Service Unavailable"));
  gateway.add(answer("", "503 Service Unavailable"));
  gateway.on_reply([this] {
    if (gateway.requests().size() == 3) now += 2s;
  });
  start({endpoint});
  run_until_received(2);
  EXPECT_EQ(received, (std::vector<std::optional<GatewayDemand>>{llama, std::nullopt}));
  const std::string page = ::prometheus::TextSerializer().Serialize(registry.Collect());
  EXPECT_NE(page.find("inferno_adapter_gateway_reads_total{outcome=\"success\"} 1"), std::string::npos);
  EXPECT_NE(page.find("inferno_adapter_gateway_reads_total{outcome=\"failure\"} 2"), std::string::npos);
}

TEST_F(GatewayWatchTest, GatewaysThatInferencePoolsNameAreAskedAndThoseThatTheyNoLongerNameAreNot) {
  FakeApiClient api;
  InferencePools pools(api, {});
  start({}, &pools);
  while (api.requests.size() < 4) context.run_one();
  EXPECT_TRUE(received.empty()) << "there is none yet";

  const std::string list = "/apis/inference.networking.k8s.io/v1/inferencepools";
  api.answer(FakeApiClient::Verb::get, list, nlohmann::json::parse(R"({"items": [
    {"metadata": {"namespace": "llm"}, "spec": {"endpointPickerRef": {"name": "nowhere"}}}]})"));
  run_until_received(1);
  EXPECT_EQ(received.back(), std::nullopt);
  api.fail(FakeApiClient::Verb::get, list, inferno::testing::api_unreachable());
  for (const std::size_t before = api.requests.size(); api.requests.size() < before + 4;) context.run_one();
  EXPECT_EQ(received.size(), 1U) << "a failure to look changes nothing";
  api.answer(FakeApiClient::Verb::get, list, nlohmann::json::parse(R"({"items": []})"));
  run_until_received(2);
}

}  // namespace
}  // namespace inferno::wake
