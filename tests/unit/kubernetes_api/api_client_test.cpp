// The client against a server that plays a script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <memory>
#include <optional>

#include "adapter/kubernetes/api/http_api_client.hpp"
#include "server/http/gzip.hpp"
#include "tests/support/http/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace inferno::kubernetes::testing {
namespace {

namespace asio = boost::asio;
using inferno::testing::answer;
using inferno::testing::Reply;
using inferno::testing::ScriptedServer;
using inferno::testing::TemporaryFolder;
using inferno::testing::Then;
using Json = nlohmann::json;
using Kind = ApiFailure::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string gzip(std::string_view text) {
  server::GzipCompressor compressor;
  compressor.add(text);
  return compressor.finish();
}

struct Recorder final : ByteSink {
  void on_open() override { heard.emplace_back("open"); }
  bool on_bytes(std::string_view bytes) override {
    heard.emplace_back(bytes);
    return heard.size() < most;
  }

  std::vector<std::string> heard;
  std::size_t most = 1000;
};

class ApiClientTest : public ::testing::Test {
 protected:
  ApiClientTest() {
    access.url = *http_client::parse_base_url(server.url());
    request.target = "/api/v1/pods";
    request.deadline = Duration{30'000};
  }

  HttpApiClient& client() {
    if (!client_) client_ = std::make_unique<HttpApiClient>(context.get_executor(), access, registry, options);
    return *client_;
  }

  template <class T>
  ApiResult<T> run(asio::awaitable<ApiResult<T>> coroutine) {
    std::optional<ApiResult<T>> result;
    asio::co_spawn(context, std::move(coroutine), [&](const std::exception_ptr& thrown, ApiResult<T> outcome) {
      if (thrown) std::rethrow_exception(thrown);
      result = std::move(outcome);
    });
    context.restart();
    while (!result) context.run_one();
    return *std::move(result);
  }
  ApiResult<Json> call() { return run(client().call(request)); }
  ApiFailure call_in_vain() {
    const auto result = call();
    EXPECT_FALSE(result);
    return result ? ApiFailure() : result.error();
  }

  [[nodiscard]] std::string exposition() const { return ::prometheus::TextSerializer().Serialize(registry.Collect()); }

  ::prometheus::Registry registry;  // before the context, whose end also ends what is still in flight
  asio::io_context context;
  ScriptedServer server{context};
  ClusterAccess access;
  HttpApiClientOptions options;
  ApiRequest request;

 private:
  std::unique_ptr<HttpApiClient> client_;
};

TEST_F(ApiClientTest, SendsTheRequestAndGivesTheDocument) {
  access.token = "t0ken";
  request.method = boost::beast::http::verb::patch;
  request.content_type = "application/apply-patch+yaml";
  request.body = "{}";
  server.add(answer(R"({"kind":"Pod"})", "201 Created"));

  const auto result = call();

  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(*result, Json::parse(R"({"kind":"Pod"})"));
  const auto& sent = server.requests().front();
  EXPECT_EQ(sent.method_string(), "PATCH");
  EXPECT_EQ(sent.target(), "/api/v1/pods");
  EXPECT_EQ(sent["Authorization"], "Bearer t0ken");
  EXPECT_EQ(sent["Accept"], "application/json");
  EXPECT_EQ(sent["Accept-Encoding"], "gzip");
  EXPECT_EQ(sent["Content-Type"], "application/apply-patch+yaml");
  EXPECT_EQ(sent.body(), "{}");
}

TEST_F(ApiClientTest, ARequestWithoutBodyHasNoContentType) {
  server.add(answer("", "200 OK"));
  const auto result = call();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->is_null());
  EXPECT_EQ(server.requests().front().count("Content-Type"), 0U);
}

TEST_F(ApiClientTest, ATokenIsReadAgainWhenItRotates) {
  const TemporaryFolder folder;
  access.token_file = folder.write("token", "first");
  server.add(answer("{}"));
  server.add(answer("{}"));

  ASSERT_TRUE(call());
  folder.write("token", "second\n");
  ASSERT_TRUE(call());

  EXPECT_EQ(server.requests()[0]["Authorization"], "Bearer first");
  EXPECT_EQ(server.requests()[1]["Authorization"], "Bearer second");
}

TEST_F(ApiClientTest, AnswersMayBeCompressed) {
  server.add(answer(gzip(R"({"a":1})"), "200 OK", "Content-Encoding: gzip\r\n"));
  const auto result = call();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ((*result)["a"], 1);

  server.add(answer(gzip(R"({"kind":"Status","message":"no such pod","reason":"NotFound"})"), "404 Not Found",
                    "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(call_in_vain().reason, "NotFound");
}

TEST_F(ApiClientTest, ARefusalTellsWhatTheServerSaid) {
  server.add(answer(R"({"kind":"Status","reason":"Forbidden","message":"pods is forbidden: User \"x\" cannot list"})",
                    "403 Forbidden"));
  const ApiFailure forbidden = call_in_vain();
  EXPECT_EQ(forbidden.kind, Kind::status);
  EXPECT_EQ(forbidden.status, 403U);
  EXPECT_EQ(forbidden.reason, "Forbidden");
  EXPECT_EQ(forbidden.message, server.url() +
                                   ": HTTP status 403: pods is forbidden: User \"x\" cannot list (give the adapter's "
                                   "user this right by a Role or ClusterRole, unless the API server has just started)");

  server.add(answer("busy", "429 Too Many Requests", "Retry-After: 2\r\n"));
  EXPECT_EQ(call_in_vain().retry_after, Duration{2000});
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(ApiClientTest, CredentialsAreNotInTheMessage) {
  access.url.basic_credentials = "me:secret";
  server.add(answer("no", "500 Internal Server Error"));
  EXPECT_EQ(call_in_vain().message, server.url() + ": HTTP status 500: no");
}

TEST_F(ApiClientTest, AnswersThatAreNotJsonOrNotWhole) {
  server.add(answer("<html>"));
  const ApiFailure no_json = call_in_vain();
  EXPECT_EQ(no_json.kind, Kind::malformed);
  EXPECT_EQ(no_json.message, server.url() + ": the answer is not a JSON document");

  std::string compressed = gzip(R"({"a":1})");
  compressed.resize(compressed.size() - 3);
  server.add(answer(compressed, "200 OK", "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(call_in_vain().message, server.url() + ": the compressed answer is cut off");
}

TEST_F(ApiClientTest, ACallTakesSoMuchAndNoMore) {
  options.max_body_bytes = 10;
  server.add(answer("[123456789]"));
  const ApiFailure plain = call_in_vain();
  EXPECT_EQ(plain.kind, Kind::malformed);
  EXPECT_EQ(plain.message, server.url() + ": the answer is larger than 10 bytes");
}

TEST_F(ApiClientTest, ASmallBodyThatSwellsIsStoppedToo) {
  options.max_body_bytes = 100'000;
  const std::string compressed = gzip(std::string(1'000'000, '0'));
  ASSERT_LT(compressed.size(), 100'000U);
  server.add(answer(compressed, "200 OK", "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(call_in_vain().message, server.url() + ": the answer is larger than 100000 bytes");
}

TEST_F(ApiClientTest, FailuresOfTheNetworkHaveTheirKind) {
  request.deadline = Duration{50};
  server.add(Reply{""});
  EXPECT_EQ(call_in_vain().kind, Kind::timeout);
  server.stop();
  context.restart();
  context.poll();
  EXPECT_EQ(call_in_vain().kind, Kind::unreachable);
}

TEST_F(ApiClientTest, AStreamHandsOverWhatComesAsItComes) {
  server.add(answer("hello"));
  Recorder sink;
  ASSERT_TRUE(run(client().stream(request, sink)));
  EXPECT_THAT(sink.heard, ElementsAre("open", "hello"));
}

TEST_F(ApiClientTest, AStreamOfARefusalHandsOverNothing) {
  server.add(answer("gone", "410 Gone"));
  Recorder sink;
  const auto result = run(client().stream(request, sink));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().status, 410U);
  EXPECT_THAT(sink.heard, ElementsAre());
}

TEST_F(ApiClientTest, ASinkThatHasEnoughEndsTheStreamWithoutFailure) {
  server.add(Reply{"HTTP/1.1 200 OK\r\n\r\n", Then::close, std::string(10'000, ' ')});
  Recorder sink;
  sink.most = 3;
  EXPECT_TRUE(run(client().stream(request, sink)));
  EXPECT_EQ(sink.heard.size(), 3U);
  while (server.open() > 0) context.run_one();
}

TEST_F(ApiClientTest, ASilentStreamIsGivenUp) {
  server.add(Reply{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"});
  server.add(Reply{""});
  request.silence = Duration{300};  // enough to connect on a busy machine
  Recorder sink;
  const auto in_the_body = run(client().stream(request, sink));
  ASSERT_FALSE(in_the_body);
  EXPECT_EQ(in_the_body.error().kind, Kind::timeout);
  EXPECT_THAT(sink.heard, ElementsAre("open", "begun"));

  const auto before_the_head = run(client().stream(request, sink));
  ASSERT_FALSE(before_the_head);
  EXPECT_EQ(before_the_head.error().kind, Kind::timeout);
}

TEST_F(ApiClientTest, CancellingThrows) {
  asio::cancellation_signal cancel;
  std::exception_ptr thrown;
  server.add(Reply{""});
  server.on_reply([&] { cancel.emit(asio::cancellation_type::terminal); });
  asio::co_spawn(context, client().call(request),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error, const ApiResult<Json>&) {
                   thrown = std::move(error);
                 }));
  while (!thrown) context.run_one();
  EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
  EXPECT_THAT(exposition(), HasSubstr("inferno_adapter_kubernetes_requests_total{outcome=\"cancelled\"} 1\n"));
}

TEST_F(ApiClientTest, CountsRequestsByOutcomeAndTimesAllButWatches) {
  server.add(answer("{}"));
  server.add(answer("", "500 Internal Server Error"));
  server.add(answer("{}"));
  (void)call();
  (void)call();
  request.silence = Duration{30'000};
  Recorder sink;
  (void)run(client().stream(request, sink));

  const std::string text = exposition();
  EXPECT_THAT(text, HasSubstr("inferno_adapter_kubernetes_requests_total{outcome=\"success\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("inferno_adapter_kubernetes_requests_total{outcome=\"http_status\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("inferno_adapter_kubernetes_request_duration_seconds_count 2\n"));
  EXPECT_THAT(text, HasSubstr("inferno_adapter_kubernetes_response_bytes_total 4\n"));
  EXPECT_THAT(text, HasSubstr("inferno_adapter_kubernetes_connections_total 1\n"));
}

}  // namespace
}  // namespace inferno::kubernetes::testing
