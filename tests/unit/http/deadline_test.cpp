// No client holds a connection for ever. Each test sets one deadline short, leaves the others long, and waits for the
// connection's end.
#include <nlohmann/json.hpp>

#include "tests/support/http/gate.hpp"
#include "tests/support/http/running_server.hpp"

namespace inferno::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds short_deadline{50};

boost::asio::awaitable<server::Response> wait_at(Gate& gate) {
  co_await gate.pass();
  co_return text_response("late");
}

boost::asio::awaitable<server::Response> large() {
  co_return text_response(std::string(64U << 20U, 'x'));
}

TEST(Deadline, AHandshakeThatDoesNotComeCloses) {
  RunningServer::Setup setup;
  setup.options.deadlines.handshake = short_deadline;
  const RunningServer server(setup, echo_handler());
  TlsClient silent(server.port());
  server.observer().wait_until([](const auto& seen) { return seen.closed == 1 && seen.failed_handshakes == 1; });
}

TEST(Deadline, AnIdleConnectionClosesInGoodOrder) {
  RunningServer::Setup setup;
  setup.options.deadlines.idle = short_deadline;
  const RunningServer server(setup, echo_handler());
  const auto client = server.connect();
  EXPECT_EQ(client->get("/").result_int(), 200U);
  EXPECT_EQ(client->receive_to_end(), "");
}

TEST(Deadline, AHeaderThatStopsHalfwayCloses) {
  RunningServer::Setup setup;
  setup.options.deadlines.header = short_deadline;
  const RunningServer server(setup, echo_handler());
  const auto client = server.connect();
  client->send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(client->wait_for_end(), 0U);
}

TEST(Deadline, ATrickleOfHeaderBytesDoesNotExtendIt) {
  RunningServer::Setup setup;
  setup.options.deadlines.header = short_deadline;
  const RunningServer server(setup, echo_handler());
  const auto client = server.connect();
  client->send("GET / HTTP/1.1\r\n");
  // Ends only because the server closes.
  EXPECT_ANY_THROW(for (;;) client->send("X: y\r\n"));
}

TEST(Deadline, ABodyThatDoesNotComeCloses) {
  RunningServer::Setup setup;
  setup.options.deadlines.body = short_deadline;
  const RunningServer server(setup, echo_handler());
  const auto client = server.connect();
  client->send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(client->wait_for_end(), 0U);
}

TEST(Deadline, AClientThatDoesNotReadItsAnswerIsCut) {
  RunningServer::Setup setup;
  setup.options.deadlines.write = milliseconds(200);
  const RunningServer server(
      setup, [](server::Request& /*request*/, const server::ConnectionInfo& /*connection*/) { return large(); });
  const auto client = server.connect();
  client->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  server.observer().wait_until([](const auto& seen) { return seen.closed == 1; });
}

TEST(Deadline, AClientThatDoesNotCloseItsSideIsCut) {
  RunningServer::Setup setup;
  setup.options.deadlines.closing = short_deadline;
  const RunningServer server(setup, echo_handler());
  const auto client = server.connect();
  EXPECT_EQ(client->get("/", "Connection: close\r\n").result_int(), 200U);
  server.observer().wait_until([](const auto& seen) { return seen.closed == 1; });
}

TEST(Deadline, AHandlerThatTakesTooLongIsCancelledAndAnswered504) {
  RunningServer::Setup setup;
  setup.options.deadlines.handling = short_deadline;
  Gate gate;
  const RunningServer server(setup, [&gate](server::Request& request, const server::ConnectionInfo& /*connection*/) {
    return request.path == "/gate" ? wait_at(gate) : echo_handler()(request, {});
  });
  const auto client = server.connect();
  const auto response = client->get("/gate");
  EXPECT_EQ(response.result_int(), 504U);
  EXPECT_EQ(nlohmann::json::parse(response.body())["reason"], "Timeout");
  EXPECT_EQ(client->get("/next").body(), "GET /next ");
}

}  // namespace
}  // namespace inferno::testing
