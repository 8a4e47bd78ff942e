// The client against a server that behaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/unit/prometheus/client_fixture.hpp"

namespace inferno::prometheus::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class Client : public ClientFixture {};

TEST_F(Client, PostsTheQueryAsAFormAndVisitsTheAnswer) {
  serve();
  server->add(answer(one_sample));

  const auto result = ask();

  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(visitor.series, (std::vector<RecordedSeries>{{{{"pod", "a"}}, {{1'700'000'000'000, 2}}}}));
  EXPECT_EQ(result->series, 1U);
  EXPECT_EQ(result->response_bytes, one_sample.size());
  EXPECT_EQ(result->server_time, TimePoint{Duration{1'700'000'000'000}});
  const auto& request = server->requests().front();
  EXPECT_EQ(request.method_string(), "POST");
  EXPECT_EQ(request.target(), "/api/v1/query_range");
  EXPECT_EQ(request["Content-Type"], "application/x-www-form-urlencoded");
  EXPECT_EQ(request["Accept-Encoding"], "gzip");
  EXPECT_EQ("http://" + std::string(request["Host"]), server->url());
  EXPECT_EQ(request.body(),
            "query=up&start=1700000000.000&end=1700000000.001&step=15.000&timeout=30.000"
            "&latency_offset=1ms&nocache=1&partial_response=false");
}

TEST_F(Client, SendsQueryParametersInTheUrlAndNoneOfThemTwice) {
  serve();
  server->add(answer(one_sample));
  options.query_parameters = {{"namespace", "a&b"}, {"latency_offset", "5s"}};

  ASSERT_TRUE(ask());

  const auto& request = server->requests().front();
  EXPECT_EQ(request.target(), "/api/v1/query_range?namespace=a%26b&latency_offset=5s");
  EXPECT_THAT(request.body(), EndsWith("&timeout=30.000&nocache=1&partial_response=false"));
}

// As Google's service writes it.
TEST_F(Client, DoesWithoutItsArgumentsWhereTheyAreRefused) {
  serve();
  const std::string refusal =
      "{\n  \"error\": {\n    \"code\": 400,\n    \"message\": \"Invalid JSON payload received. Unknown name "
      "\\\"nocache\\\": Cannot bind query parameter.\",\n    \"status\": \"INVALID_ARGUMENT\"\n  }\n}\n";
  server->add(answer(refusal, "400 Bad Request"));
  server->add(answer(one_sample));
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());

  ASSERT_EQ(server->requests().size(), 3U) << "it is not tried again and again";
  for (const std::size_t later : {1U, 2U})
    EXPECT_THAT(server->requests()[later].body(), EndsWith("&step=15.000&timeout=30.000"));
  server->add(answer(refusal, "400 Bad Request"));
  server->add(answer(refusal, "400 Bad Request"));
  EXPECT_EQ(
      ask_in_vain().message,
      R"(URL: HTTP status 400: { "error": { "code": 400, "message": "Invalid JSON payload received. Unknown name )"
      R"(\"nocache\": Cannot bind query parameter.", "status": "INVALID_ARGUMENT" } } )");
}

TEST_F(Client, SendsTheHeadersThatFilesHoldNow) {
  serve();
  write_file("tenant", "first\n");
  options.header_files = {{"X-Scope-OrgID", file("tenant")}};
  for (int i = 0; i < 4; ++i) server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  write_file("tenant", " second | third ");
  ASSERT_TRUE(ask());
  write_file("tenant", "being\nwritten");
  ASSERT_TRUE(ask());
  std::filesystem::remove(file("tenant"));
  ASSERT_TRUE(ask());

  std::vector<std::string> sent;
  for (const auto& request : server->requests()) sent.emplace_back(request["X-Scope-OrgID"]);
  EXPECT_THAT(sent, ElementsAre("first", "second | third", "second | third", "second | third"));
}

TEST_F(Client, SendsPathPrefixCredentialsAndHeaders) {
  serve();
  server->add(answer(one_sample));
  options.url = "http://me:p%40ss@" + server->url().substr(7) + "/team/prometheus/";
  options.headers = {{"X-Scope-OrgID", "tenant-1"}, {"X-Other", "a"}, {"X-Other", "b"}};

  ASSERT_TRUE(ask());

  const auto& request = server->requests().front();
  EXPECT_EQ(request.target(), "/team/prometheus/api/v1/query_range");
  EXPECT_EQ(request["Authorization"], "Basic bWU6cEBzcw==");
  EXPECT_EQ(request["X-Scope-OrgID"], "tenant-1");
  EXPECT_EQ(request.count("X-Other"), 2U);
}

TEST_F(Client, SendsTheTokenThatTheFileHoldsNow) {
  serve();
  write_file("token", "first\n");
  options.token_file = file("token");
  for (int i = 0; i < 4; ++i) server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  write_file("token", "second");
  ASSERT_TRUE(ask());
  write_file("token", "");
  ASSERT_TRUE(ask());
  std::filesystem::remove(file("token"));
  ASSERT_TRUE(ask());

  std::vector<std::string> sent;
  for (const auto& request : server->requests()) sent.emplace_back(request["Authorization"]);
  EXPECT_THAT(sent, ElementsAre("Bearer first", "Bearer second", "Bearer second", "Bearer second"));
}

TEST_F(Client, UsesOneConnectionForQueriesOneAfterAnother) {
  serve();
  for (int i = 0; i < 3; ++i) server->add(answer(one_sample));

  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask());

  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(Client, DoesNotKeepAConnectionThatTheServerWillClose) {
  serve();
  server->add(answer(one_sample, "200 OK", "Connection: close\r\n"));
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());

  EXPECT_EQ(server->connections(), 2U);
}

TEST_F(Client, DoesNotUseAConnectionThatHasBeenIdleTooLong) {
  serve();
  options.max_idle = Duration{0};
  server->add(answer(one_sample));
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());

  EXPECT_EQ(server->connections(), 2U);
}

TEST_F(Client, ReadsAnAnswerInChunksOfHttpAndOneThatEndsWithTheConnection) {
  serve();
  server->add(Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + one_sample.substr(0, 5) +
                    "\r\n6c\r\n" + one_sample.substr(5) + "\r\n0\r\n\r\n"});
  ASSERT_EQ(one_sample.size(), 0x6cU + 5U);
  server->add(Reply{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + one_sample, Then::close});

  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());

  EXPECT_EQ(visitor.series.size(), 2U);
}

TEST_F(Client, AQueryWaitsWhenAllConnectionsAreInUse) {
  serve();
  options.max_connections = 1;
  make_client();
  for (int i = 0; i < 3; ++i) server->add(answer(one_sample));
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(context, client->query_range(query, visitor),
                          [&](const std::exception_ptr& thrown, const QueryResult<QueryReport>& result) {
                            EXPECT_FALSE(thrown);
                            EXPECT_TRUE(result);
                            ++done;
                          });
  }
  while (done < 3) context.run_one();

  EXPECT_EQ(server->connections(), 1U);
  EXPECT_EQ(server->requests().size(), 3U);
}

TEST_F(Client, CountsWhatItDoes) {
  serve();
  server->add(answer(one_sample));
  server->add(answer("no", "500 Internal Server Error"));

  ASSERT_TRUE(ask());
  ASSERT_FALSE(ask());

  const std::string text = exposition();
  const std::string name = "inferno_adapter_prometheus_";
  EXPECT_THAT(text, HasSubstr(name + "requests_total{outcome=\"success\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(name + "requests_total{outcome=\"http_status\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(name + "requests_total{outcome=\"timeout\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(name + "request_duration_seconds_count 2\n"));
  EXPECT_THAT(text, HasSubstr(name + "response_bytes_total " + std::to_string(one_sample.size() + 2) + "\n"));
  EXPECT_THAT(text, HasSubstr(name + "requests_in_flight 0\n"));
  EXPECT_THAT(text, HasSubstr(name + "connections_total 1\n"));
}

TEST_F(Client, RefusesOptionsThatCanNotWork) {
  options.url = "prometheus:9090";
  EXPECT_THROW(make_client(), std::invalid_argument);
}

}  // namespace
}  // namespace inferno::prometheus::testing
