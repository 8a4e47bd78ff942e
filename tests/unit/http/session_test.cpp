// HTTP/1.1 over real TLS connections (RFC 9112).
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "tests/support/http/running_server.hpp"

namespace inferno::testing {
namespace {

using boost::beast::http::field;
using ::testing::MatchesRegex;

boost::asio::awaitable<server::Response> answer_with(server::Response response) {
  co_return response;
}

server::RequestHandler always(const server::Response& response) {
  return [response](server::Request& /*request*/, const server::ConnectionInfo& /*connection*/) {
    return answer_with(response);
  };
}

boost::asio::awaitable<server::Response> fail_at(std::string path) {
  if (path == "/fails") throw std::runtime_error("a secret of the house");
  co_return text_response("fine");
}

TEST(Session, KeepsTheConnectionForTheNextRequest) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  for (int i = 0; i < 3; ++i) {
    const auto response = client->get("/" + std::to_string(i));
    EXPECT_EQ(response.result_int(), 200U);
    EXPECT_EQ(response.body(), "GET /" + std::to_string(i) + " ");
    EXPECT_TRUE(response.keep_alive());
  }
  EXPECT_EQ(server.observer().seen().opened, 1);
}

TEST(Session, AnswersCarryWhatRfc9110Asks) {
  const RunningServer server({}, echo_handler());
  const auto response = server.connect()->get("/");
  EXPECT_EQ(response[field::content_type], "text/plain");
  EXPECT_EQ(response[field::content_length], "6");
  EXPECT_THAT(std::string(response[field::date]),
              MatchesRegex("[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] [0-9]+ [0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT"));
  EXPECT_EQ(response.count(field::connection), 0U);
}

TEST(Session, AnswersPipelinedRequestsInOrder) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  client->send(requests);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client->receive().body(), "GET /" + std::to_string(i) + " ");
}

TEST(Session, HeadHasTheHeaderOfGetAndNoBody) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  client->send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client->receive(true)[field::content_length], std::to_string(std::string("HEAD /a ").size()));
  EXPECT_EQ(client->receive().body(), "GET /b ");
}

TEST(Session, ClosesInGoodOrderWhereAskedTo) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  const auto response = client->get("/", "Connection: close\r\n");
  EXPECT_EQ(response[field::connection], "close");
  EXPECT_EQ(client->receive_to_end(), "");
}

TEST(Session, Http10ClosesUnlessAskedToStay) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  client->send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client->receive()[field::connection], "keep-alive");
  client->send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client->receive().body(), "GET /2 ");
  EXPECT_EQ(client->receive_to_end(), "");
}

TEST(Session, SaysContinueToWhoWaitsForIt) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  client->send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client->receive(true).result_int(), 100U);
  client->send("hello");
  EXPECT_EQ(client->receive().body(), "POST /a hello");
}

TEST(Session, AMalformedRequestIsAStatus400AndTheEnd) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  client->send("hello world\r\n\r\n");
  const auto response = client->receive();
  EXPECT_EQ(response.result_int(), 400U);
  EXPECT_EQ(response[field::connection], "close");
  EXPECT_EQ(nlohmann::json::parse(response.body())["reason"], "BadRequest");
  EXPECT_EQ(client->receive_to_end(), "");
}

TEST(Session, ABadTargetIsAStatus400AndTheConnectionStays) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  EXPECT_EQ(client->get("/%00").result_int(), 400U);
  EXPECT_EQ(client->get("/ok").result_int(), 200U);
}

TEST(Session, WhatAHandlerThrowsIsABland500) {
  const RunningServer server(
      {}, [](server::Request& request, const server::ConnectionInfo& /*connection*/) { return fail_at(request.path); });
  const auto client = server.connect();
  const auto response = client->get("/fails");
  EXPECT_EQ(response.result_int(), 500U);
  const auto status = nlohmann::json::parse(response.body());
  EXPECT_EQ(status["reason"], "InternalError");
  EXPECT_EQ(response.body().find("secret"), std::string::npos);
  EXPECT_EQ(client->get("/").body(), "fine");
}

TEST(Session, CompressesLargeBodiesForWhoAcceptsIt) {
  RunningServer::Setup setup;
  setup.options.gzip_threshold_bytes = 1000;
  const RunningServer server(setup, always(text_response(std::string(200'000, 'x'))));
  const auto client = server.connect();
  const auto compressed = client->get("/", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(compressed[field::content_encoding], "gzip");
  EXPECT_EQ(compressed[field::vary], "Accept-Encoding");
  EXPECT_LT(compressed.body().size(), 2000U);
  EXPECT_EQ(compressed.body().substr(0, 2), "\x1f\x8b");
  const auto plain = client->get("/");
  EXPECT_EQ(plain.count(field::content_encoding), 0U);
  EXPECT_EQ(plain[field::vary], "Accept-Encoding");
  EXPECT_EQ(plain.body(), std::string(200'000, 'x'));
}

TEST(Session, LeavesSmallBodiesAsTheyAre) {
  const RunningServer server({}, always(text_response("small")));
  const auto response = server.connect()->get("/", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(response.body(), "small");
  EXPECT_EQ(response.count(field::content_encoding), 0U);
  EXPECT_EQ(response.count(field::vary), 0U);
}

TEST(Session, LogsEachRequestOnOneLineAtDebugLevel) {
  std::ostringstream log;
  {
    RunningServer::Setup setup;
    setup.logger = logger_to(log);
    const RunningServer server(setup, echo_handler());
    const auto client = server.connect();
    EXPECT_EQ(client->get("/a%0Ab?c=d", "Audit-Id: 7f3a\tforged user=admin\r\n").result_int(), 200U);
    EXPECT_EQ(client->get("/next").result_int(), 200U);  // the line follows the answer
  }
  EXPECT_THAT(log.str(), ::testing::ContainsRegex("debug access: 127\\.0\\.0\\.1 GET /a%0Ab\\?c=d status=200 bytes=9 "
                                                  "ms=[0-9.]+ user=- audit-id=7f3a\\?forged\\?user=admin\n"));
}

TEST(Session, TellsTheObserverOfEachRequest) {
  const RunningServer server({}, echo_handler());
  const auto client = server.connect();
  EXPECT_EQ(client->get("/apis/custom.metrics.k8s.io/v1beta2").result_int(), 200U);
  EXPECT_EQ(client->get("/%zz").result_int(), 400U);
  server.observer().wait_until([](const auto& seen) { return seen.finished.size() == 2; });
  const auto seen = server.observer().seen();
  EXPECT_EQ(seen.started, 2);
  EXPECT_EQ(seen.finished[0].api_group, "custom.metrics.k8s.io");
  EXPECT_EQ(seen.finished[0].code, 200U);
  EXPECT_EQ(seen.finished[1].code, 400U);
}

}  // namespace
}  // namespace inferno::testing
