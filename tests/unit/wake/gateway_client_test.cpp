// What waits at one gateway, and what it has refused, read from its metrics page.
#include "adapter/wake/gateway_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <stdexcept>

#include "tests/support/http/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace inferno::wake {
namespace {

namespace asio = boost::asio;
using inferno::testing::answer;

using Sums = std::map<ModelKey, double>;

class GatewayClientTest : public ::testing::Test {
 protected:
  GatewayClientTest() { access.deadline = std::chrono::seconds{30}; }

  using Answer = boost::system::result<GatewayPage, GatewayFailure>;

  Answer read(const std::string& text, std::string_view status = "200 OK") {
    server.add(answer(text, status));
    if (!client) client.emplace(context.get_executor(), endpoint, access);
    std::optional<Answer> result;
    asio::co_spawn(context, client->read(), [&](const std::exception_ptr& thrown, Answer page) {
      if (thrown) std::rethrow_exception(thrown);
      result = std::move(page);
    });
    while (!result) context.run_one();
    return *std::move(result);
  }
  std::string read_in_vain(const std::string& text, std::string_view status = "200 OK") {
    const Answer page = read(text, status);
    return page ? std::string("it succeeded") : page.error().message;
  }

  asio::io_context context;
  inferno::testing::ScriptedServer server{context};
  inferno::testing::TemporaryFolder folder;
  GatewayEndpoint endpoint{.url = server.url(), .namespace_name = {}};
  GatewayAccess access;
  std::optional<GatewayClient> client;
};

TEST_F(GatewayClientTest, SumsTheQueueOfEachModel) {
  const Answer page = read(R"(# TYPE inference_extension_flow_control_queue_size gauge
inference_extension_flow_control_queue_size{model_name="llama",priority="0",target_model_name="llama-8b"} 2
inference_extension_flow_control_queue_size{model_name="chat",priority="1",target_model_name="llama-8b"} 1
inference_extension_flow_control_queue_size{model_name="qwen",namespace="lab",target_model_name=""} 4
inference_extension_flow_control_queue_size{model_name="idle"} 0
inference_extension_flow_control_queue_size{model_name="odd"} NaN
inference_extension_flow_control_queue_size{priority="0"} 5
inference_extension_flow_control_queue_bytes{model_name="other"} 6
)");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->queued, (Sums{{{"", "llama-8b"}, 3}, {{"lab", "qwen"}, 4}}));
}

TEST_F(GatewayClientTest, AGatewayOfANamespaceSpeaksForItsModelsThere) {
  endpoint.namespace_name = "llm";
  const Answer page = read("inference_extension_flow_control_queue_size{model_name=\"llama\"} 2\n");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->queued, (Sums{{{"llm", "llama"}, 2}}));
}

TEST_F(GatewayClientTest, TheSeriesAndTheLabelOfTheModelMayHaveOtherNames) {
  access.series.queue = {"waiting"};
  access.series.model_label = "route";
  const Answer page = read("waiting{model_name=\"chat\",route=\"llama\"} 2\nwaiting{model_name=\"chat\"} 1\n");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->queued, (Sums{{{"", "llama"}, 2}}));
}

TEST_F(GatewayClientTest, TheNewestNameThatThePageHasCountsAlone) {
  const std::string old_name = "inference_extension_flow_control_queue_size{model_name=\"llama\"} ";
  const std::string new_name = "llm_d_epp_flow_control_queue_size{model_name=\"llama\",inference_pool=\"p\"} ";
  EXPECT_EQ(read(old_name + "3\n").value().queued, (Sums{{{"", "llama"}, 3}}));
  EXPECT_EQ(read(old_name + "3\n" + new_name + "2\n").value().queued, (Sums{{{"", "llama"}, 2}}));
  EXPECT_EQ(read(new_name + "2\n" + old_name + "3\n").value().queued, (Sums{{{"", "llama"}, 2}}));
  EXPECT_EQ(read(old_name + "3\n" + new_name + "0\n").value().queued, (Sums{})) << "an empty queue is one, too";
}

TEST_F(GatewayClientTest, SumsWhatWasRefusedForLackOfReplicas) {
  const Answer page = read(R"(# TYPE llm_d_epp_request_error_total counter
inference_objective_request_error_total{model_name="llama",error_code="ServiceUnavailable"} 9
llm_d_epp_request_error_total{model_name="llama",priority="0",error_code="ServiceUnavailable"} 2
llm_d_epp_request_error_total{model_name="llama",priority="1",error_code="ServiceUnavailable"} 1
llm_d_epp_request_error_total{model_name="llama",error_code="BadRequest"} 4
)");
  ASSERT_TRUE(page);
  EXPECT_EQ(*page, (GatewayPage{.queued = {}, .refused = {{{"", "llama"}, 3}}}));
}

TEST_F(GatewayClientTest, WithoutALabelForItEveryErrorIsARefusal) {
  access.series.error_label.clear();
  EXPECT_EQ(read("llm_d_epp_request_error_total{model_name=\"llama\"} 4\n").value().refused,
            (Sums{{{"", "llama"}, 4}}));
}

TEST_F(GatewayClientTest, AsksForTheMetricsPageWithTheTokenOnOneConnection) {
  folder.replace("token", "sesame\n");
  access.token_file = folder.path("token");
  ASSERT_TRUE(read(""));
  ASSERT_TRUE(read(""));
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests().front().target(), "/metrics");
  EXPECT_EQ(server.requests().front()["Authorization"], "Bearer sesame");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(GatewayClientTest, APathThatIsGivenIsAskedFor) {
  endpoint.url += "/pickers/metrics";
  ASSERT_TRUE(read(""));
  EXPECT_EQ(server.requests().front().target(), "/pickers/metrics");
}

TEST_F(GatewayClientTest, TellsWhyThereIsNoAnswer) {
  EXPECT_EQ(read_in_vain("", "503 Service Unavailable"), "answers with HTTP status 503");
  EXPECT_EQ(read_in_vain("", "401 Unauthorized"),
            "answers with HTTP status 401: it wants the token of an account that may get /metrics");
  EXPECT_EQ(read_in_vain("<html>"),
            "the answer is not in the Prometheus text format, line 1: expected a metric's name or a comment");
}

TEST_F(GatewayClientTest, AnAnswerOverTheSizeLimitIsRefused) {
  access.max_response_bytes = 20;
  EXPECT_EQ(read_in_vain("# a comment that is long enough\n"), "the metrics are larger than 20 bytes");
}

TEST_F(GatewayClientTest, AUrlThatIsNoneIsRefused) {
  EXPECT_EQ(parse_gateway_url("gateway:9090").error().message.rfind("the gateway's URL must begin with http://", 0),
            0U);
  endpoint.url = "gateway:9090";
  EXPECT_THROW(GatewayClient(context.get_executor(), endpoint, access), std::invalid_argument);
}

}  // namespace
}  // namespace inferno::wake
