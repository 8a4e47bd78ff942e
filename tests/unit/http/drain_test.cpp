// The end of a server: what was received is answered, and nobody waits for who has nothing to say.
#include "tests/support/http/gate.hpp"
#include "tests/support/http/running_server.hpp"

namespace inferno::testing {
namespace {

using boost::beast::http::field;
using std::chrono::milliseconds;

boost::asio::awaitable<server::Response> behind(Gate& gate, std::string path) {
  co_await gate.pass();
  co_return text_response(std::move(path));
}

server::RequestHandler gated(Gate& gate) {
  return [&gate](server::Request& request, const server::ConnectionInfo& /*connection*/) {
    return behind(gate, request.path);
  };
}

// The listener closes at the start of a drain, though not before drain() has returned.
void wait_until_connections_are_refused(std::uint16_t port) {
  for (;;) {
    try {
      const TlsClient client(port);
    } catch (const boost::system::system_error& error) {
      ASSERT_EQ(error.code(), boost::asio::error::connection_refused);
      return;
    }
  }
}

TEST(Drain, AnswersEveryRequestReceivedAlsoPipelinedOnes) {
  Gate gate;
  RunningServer server({}, gated(gate));
  constexpr std::size_t count = 8;
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(server.connect());
    clients.back()->send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    clients.back()->send("GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  gate.wait_for_arrivals(count);
  auto drained = server.drain();
  wait_until_connections_are_refused(server.port());
  gate.open();
  for (const auto& client : clients) {
    EXPECT_EQ(client->receive().body(), "/1");
    EXPECT_EQ(client->receive().body(), "/2");
    const auto last = client->receive();
    EXPECT_EQ(last.body(), "/3");
    EXPECT_EQ(last[field::connection], "close");
    EXPECT_EQ(client->receive_to_end(), "");
  }
  clients.clear();
  EXPECT_EQ(drained.get(), 0U);
}

TEST(Drain, ClosesIdleConnectionsInGoodOrder) {
  RunningServer::Setup setup;
  setup.options.deadlines.drain_idle = milliseconds(10);
  RunningServer server(setup, echo_handler());
  auto used = server.connect();
  EXPECT_EQ(used->get("/").result_int(), 200U);
  auto never_used = server.connect();
  auto drained = server.drain();
  EXPECT_EQ(used->receive_to_end(), "");
  used.reset();  // the server waits for the clients to close, too
  EXPECT_EQ(never_used->receive_to_end(), "");
  never_used.reset();
  EXPECT_EQ(drained.get(), 0U);
}

TEST(Drain, AnswersARequestThatWasOnItsWayToAnIdleConnection) {
  RunningServer::Setup setup;
  setup.options.deadlines.drain_idle = std::chrono::seconds(15);
  RunningServer server(setup, echo_handler());
  const auto client = server.connect();
  auto drained = server.drain();
  wait_until_connections_are_refused(server.port());
  const auto response = client->get("/late");
  EXPECT_EQ(response.body(), "GET /late ");
  EXPECT_EQ(response[field::connection], "close");
  EXPECT_EQ(client->receive_to_end(), "");
}

TEST(Drain, RefusesNewConnectionsAtOnce) {
  Gate gate;
  RunningServer server({}, gated(gate));
  auto busy = server.connect();
  busy->send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n");
  gate.wait_for_arrivals(1);
  const auto port = server.port();
  auto drained = server.drain();
  wait_until_connections_are_refused(port);
  gate.open();
  EXPECT_EQ(busy->receive().body(), "/busy");
  EXPECT_EQ(busy->receive_to_end(), "");
  busy.reset();
  EXPECT_EQ(drained.get(), 0U);
}

TEST(Drain, CutsWhatIsLeftAfterTheGracePeriod) {
  Gate gate;
  RunningServer server({}, gated(gate));
  const auto client = server.connect();
  client->send("GET /stuck HTTP/1.1\r\nHost: h\r\n\r\n");
  gate.wait_for_arrivals(1);
  auto drained = server.drain(milliseconds(20));
  EXPECT_EQ(client->wait_for_end(), 0U);
  EXPECT_EQ(drained.get(), 1U);
  EXPECT_EQ(server.observer().seen().closed, 1);
}

TEST(Drain, OfAServerThatNobodyUsesIsImmediate) {
  RunningServer server({}, echo_handler());
  EXPECT_EQ(server.drain().get(), 0U);
}

}  // namespace
}  // namespace inferno::testing
