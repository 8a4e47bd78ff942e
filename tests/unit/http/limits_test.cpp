// What any one client may take, and what it is told beyond that.
#include <nlohmann/json.hpp>

#include "tests/support/http/gate.hpp"
#include "tests/support/http/running_server.hpp"

namespace inferno::testing {
namespace {

using boost::beast::http::field;

boost::asio::awaitable<server::Response> behind(Gate& gate, std::string path) {
  if (path == "/gate") co_await gate.pass();
  co_return text_response(std::move(path));
}

server::RequestHandler gated(Gate& gate) {
  return [&gate](server::Request& request, const server::ConnectionInfo& /*connection*/) {
    return behind(gate, request.path);
  };
}

TEST(Limits, OversizedRequestsGetAStatusThatNamesTheLimitAndTheEnd) {
  struct Case {
    std::string bytes;
    unsigned code;
    const char* limit;
  };
  RunningServer::Setup setup;
  setup.options.limits = {.header_bytes = 2048, .target_bytes = 512, .body_bytes = 100};
  const RunningServer server(setup, echo_handler());
  const Case cases[] = {
      {"GET /" + std::string(600, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414, "512 bytes"},
      {"GET /" + std::string(3000, 'a'), 414, "2048 bytes"},
      {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(3000, 'a'), 431, "2048 bytes"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'a'), 413, "100 bytes"},
      // Most of it is still on its way when the answer goes out; the answer must arrive all the same.
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n" + std::string(500'000, 'a'), 413, "100 bytes"},
  };
  for (const auto& [bytes, code, limit] : cases) {
    const auto client = server.connect();
    client->send(bytes);
    const auto response = client->receive();
    EXPECT_EQ(response.result_int(), code);
    EXPECT_EQ(response[field::connection], "close");
    const auto status = nlohmann::json::parse(response.body());
    EXPECT_EQ(status["code"], code);
    EXPECT_NE(status["message"].get<std::string>().find(limit), std::string::npos) << status["message"];
    client->wait_for_end();
  }
}

TEST(Limits, RequestsInFlightBeyondTheLimitGet429AndHealthPathsDoNot) {
  RunningServer::Setup setup;
  setup.options.max_requests_in_flight = 2;
  Gate gate;
  const RunningServer server(setup, gated(gate));
  const auto first = server.connect();
  const auto second = server.connect();
  const auto third = server.connect();
  first->send("GET /gate HTTP/1.1\r\nHost: h\r\n\r\n");
  second->send("GET /gate HTTP/1.1\r\nHost: h\r\n\r\n");
  gate.wait_for_arrivals(2);

  const auto refused = third->get("/other");
  EXPECT_EQ(refused.result_int(), 429U);
  EXPECT_EQ(refused[field::retry_after], "1");
  EXPECT_EQ(nlohmann::json::parse(refused.body())["reason"], "TooManyRequests");
  EXPECT_EQ(third->get("/livez").body(), "/livez");
  EXPECT_EQ(server.observer().seen().refused_requests, 1);

  gate.open();
  EXPECT_EQ(first->receive().result_int(), 200U);
  EXPECT_EQ(second->receive().result_int(), 200U);
  EXPECT_EQ(third->get("/other").result_int(), 200U);
}

TEST(Limits, ConnectionsBeyondTheLimitGet503ButHealthAnswers) {
  RunningServer::Setup setup;
  setup.options.max_connections = 1;
  setup.options.connections_refused_politely = 2;
  const RunningServer server(setup, echo_handler());
  const auto within = server.connect();
  {
    const auto beyond = server.connect();
    const auto refused = beyond->get("/other");
    EXPECT_EQ(refused.result_int(), 503U);
    EXPECT_EQ(refused[field::retry_after], "1");
    EXPECT_EQ(refused[field::connection], "close");
    EXPECT_EQ(nlohmann::json::parse(refused.body())["reason"], "ServiceUnavailable");
    const auto probe = server.connect();
    const auto health = probe->get("/livez");
    EXPECT_EQ(health.result_int(), 200U);
    EXPECT_EQ(health[field::connection], "close");
    TlsClient too_many(server.port());
    EXPECT_TRUE(too_many.try_handshake());
  }
  EXPECT_EQ(within->get("/other").result_int(), 200U);
  server.observer().wait_until([](const auto& seen) { return seen.closed == 2; });
  EXPECT_EQ(server.observer().seen().refused_connections, 3);
}

TEST(Limits, AConnectionThatEndsMakesRoom) {
  RunningServer::Setup setup;
  setup.options.max_connections = 1;
  const RunningServer server(setup, echo_handler());
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(server.connect()->get("/").result_int(), 200U);
    server.observer().wait_until([i](const auto& seen) { return seen.closed == i; });
  }
}

}  // namespace
}  // namespace inferno::testing
