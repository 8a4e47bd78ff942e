// The client against a server, or a network, that does not behave: the rows of the failure table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <limits>
#include <stdexcept>

#include "tests/unit/prometheus/client_fixture.hpp"

namespace inferno::prometheus::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ClientFailure : public ClientFixture {
 protected:
  void expect_failure(QueryErrorKind kind, const std::string& message) {
    const QueryError error = ask_in_vain();
    EXPECT_EQ(error.kind, kind);
    EXPECT_EQ(error.message, "URL: " + message);
  }
};

TEST_F(ClientFailure, NobodyListens) {
  serve();
  server->stop();
  expect_failure(QueryErrorKind::unreachable, "cannot connect: Connection refused");
}

TEST_F(ClientFailure, TheHostIsUnknown) {
  options.url = "http://no-such-host.invalid:9090";
  const QueryError error = ask_in_vain();
  EXPECT_EQ(error.kind, QueryErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr("URL: cannot resolve no-such-host.invalid: "));
}

TEST_F(ClientFailure, NoAnswerBeforeTheDeadline) {
  serve();
  options.deadline = Duration{50};
  expect_failure(QueryErrorKind::timeout, "deadline exceeded while waiting for the answer");
}

TEST_F(ClientFailure, AQueryMayBringItsOwnDeadline) {
  serve();
  query.deadline = Duration{50};
  expect_failure(QueryErrorKind::timeout, "deadline exceeded while waiting for the answer");
}

TEST_F(ClientFailure, TheAnswerIsNotWholeAtTheDeadline) {
  serve();
  options.deadline = Duration{50};
  server->add(Reply{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":"});
  expect_failure(QueryErrorKind::timeout, "deadline exceeded while receiving the answer");
}

TEST_F(ClientFailure, TheDeadlineCoversTheWaitForAConnection) {
  serve();
  options.max_connections = 1;
  make_client();
  bool first_ended = false;
  boost::asio::co_spawn(context, client->query_range(query, visitor),
                        [&](const std::exception_ptr&, const QueryResult<QueryReport>&) { first_ended = true; });
  query.deadline = Duration{50};

  expect_failure(QueryErrorKind::timeout, "deadline exceeded while waiting for other requests to end");
  EXPECT_FALSE(first_ended);
}

TEST_F(ClientFailure, AnErrorDocumentIsTakenAtItsWord) {
  serve();
  server->add(answer(R"({"status":"error","errorType":"bad_data","error":"parse error"})", "400 Bad Request"));
  expect_failure(QueryErrorKind::rejected, "HTTP status 400, bad_data: parse error");

  server->add(
      answer(R"({"status":"error","errorType":"execution","error":"query processing would load too many samples"})",
             "422 Unprocessable Entity"));
  expect_failure(QueryErrorKind::too_many_samples,
                 "HTTP status 422, execution: query processing would load too many samples");
  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(ClientFailure, AnErrorWithoutDocumentGivesItsFirstLine) {
  serve();
  server->add(answer("upstream connect error\nmore", "503 Service Unavailable"));
  expect_failure(QueryErrorKind::http_status, "HTTP status 503: upstream connect error");

  server->add(answer("", "500 Internal Server Error"));
  expect_failure(QueryErrorKind::http_status, "HTTP status 500");

  server->add(answer("no\x01\xff", "401 Unauthorized"));
  expect_failure(QueryErrorKind::http_status,
                 "HTTP status 401: no?? (check the credentials or token given to reach Prometheus)");
}

TEST_F(ClientFailure, ASuccessDocumentWithAnErrorStatusIsAnError) {
  serve();
  server->add(answer(one_sample, "500 Internal Server Error"));
  const QueryError error = ask_in_vain();
  EXPECT_EQ(error.kind, QueryErrorKind::http_status);
  EXPECT_THAT(visitor.series, IsEmpty());
}

TEST_F(ClientFailure, RedirectsAreNotFollowed) {
  serve();
  server->add(answer("", "302 Found", "Location: https://login.example.org/\r\n"));
  expect_failure(
      QueryErrorKind::http_status,
      "HTTP status 302, a redirect to https://login.example.org/: redirects are not followed, give the final "
      "address");
  server->add(answer("", "302 Found", "Location: https://me:secret@example.org/\r\n"));
  expect_failure(QueryErrorKind::http_status,
                 "HTTP status 302, a redirect to another address: redirects are not followed, give the final address");
}

TEST_F(ClientFailure, Garbage) {
  serve();
  server->add(answer("<html>"));
  expect_failure(QueryErrorKind::malformed, "not a whole JSON document: expected a value at byte 1");

  server->add(Reply{"220 mail.example.org ESMTP\r\n\r\n", Then::close});
  const QueryError error = ask_in_vain();
  EXPECT_EQ(error.kind, QueryErrorKind::malformed);
  EXPECT_THAT(error.message, HasSubstr("URL: the answer is not HTTP: "));
}

TEST_F(ClientFailure, HalfAnAnswer) {
  serve();
  Reply half = answer(one_sample);
  half.bytes.resize(half.bytes.size() - 10);
  half.then = Then::close;
  server->add(half);
  expect_failure(QueryErrorKind::malformed, "the answer is cut off");

  server->add(Reply{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + one_sample.substr(0, 20), Then::close});
  expect_failure(QueryErrorKind::malformed, "not a whole JSON document: it ends too early at byte 20");

  half.then = Then::reset;
  server->add(half);
  const QueryError lost = ask_in_vain();
  EXPECT_EQ(lost.kind, QueryErrorKind::unreachable);
  EXPECT_THAT(lost.message, HasSubstr("URL: the connection was lost within the answer: "));
}

TEST_F(ClientFailure, AnAnswerWithoutEndIsStoppedByTheLimit) {
  serve();
  options.max_response_bytes = 1'000'000;
  const std::string spaces(10'000, ' ');
  server->add(Reply{"HTTP/1.1 200 OK\r\n\r\n", Then::close, spaces});
  expect_failure(QueryErrorKind::too_large, "the answer is larger than 1000000 bytes");

  server->add(Reply{"HTTP/1.1 500 Internal Server Error\r\n\r\n", Then::close, spaces});
  expect_failure(QueryErrorKind::too_large, "the answer is larger than 1000000 bytes");
  while (server->open() > 0) context.run_one();
}

TEST_F(ClientFailure, AnAnswerWithoutEndIsStoppedByTheDeadline) {
  serve();
  options.max_response_bytes = std::numeric_limits<std::size_t>::max();
  options.deadline = Duration{100};
  server->add(Reply{"HTTP/1.1 200 OK\r\n\r\n", Then::close, std::string(10'000, ' ')});
  expect_failure(QueryErrorKind::timeout, "deadline exceeded while receiving the answer");
}

TEST_F(ClientFailure, HeadersWithoutEnd) {
  serve();
  server->add(Reply{"HTTP/1.1 200 OK\r\n", Then::close, "X-Filler: " + std::string(1000, 'x') + "\r\n"});
  const QueryError error = ask_in_vain();
  EXPECT_EQ(error.kind, QueryErrorKind::malformed);
  EXPECT_THAT(error.message, HasSubstr("URL: the answer is not HTTP: "));
}

TEST_F(ClientFailure, AnEncodingThatWasNotAskedFor) {
  serve();
  server->add(answer("x", "200 OK", "Content-Encoding: br\r\n"));
  expect_failure(QueryErrorKind::malformed, "answered in an encoding that was not asked for: br");
}

TEST_F(ClientFailure, AQueryThatFoundItsKeptConnectionClosedIsSentOnceMore) {
  serve();
  server->add(answer(one_sample));
  server->add(Reply{"", Then::close});
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());

  EXPECT_EQ(server->connections(), 2U);
  EXPECT_EQ(server->requests().size(), 3U);
  EXPECT_EQ(visitor.series.size(), 2U);
}

TEST_F(ClientFailure, AQueryIsNotSentAThirdTime) {
  serve();
  server->add(answer(one_sample));
  server->add(Reply{"", Then::close});
  server->add(Reply{"", Then::close});
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  expect_failure(QueryErrorKind::unreachable, "the connection was closed before an answer");
  EXPECT_EQ(server->requests().size(), 3U);
}

TEST_F(ClientFailure, AQueryOnANewConnectionIsNotSentAgain) {
  serve();
  server->add(Reply{"", Then::close});
  expect_failure(QueryErrorKind::unreachable, "the connection was closed before an answer");
  EXPECT_EQ(server->requests().size(), 1U);
}

TEST_F(ClientFailure, AQueryWhoseAnswerHasBegunIsNotSentAgain) {
  serve();
  server->add(answer(one_sample));
  server->add(Reply{"HTTP/1.1 200", Then::close});
  ASSERT_TRUE(ask());
  const QueryError error = ask_in_vain();
  EXPECT_EQ(error.kind, QueryErrorKind::unreachable);
  EXPECT_EQ(server->requests().size(), 2U);
}

TEST_F(ClientFailure, CredentialsAreNotInTheMessage) {
  serve();
  options.url = "http://me:secret@" + server->url().substr(7);
  server->add(answer("no", "403 Forbidden"));
  const auto result = ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            server->url() + ": HTTP status 403: no (check the credentials or token given to reach Prometheus)");
}

TEST_F(ClientFailure, WhatTheVisitorThrowsComesOut) {
  struct Throwing final : SeriesVisitor {
    void on_series(std::span<const LabelView> /*labels*/) override { throw std::length_error("enough"); }
    void on_sample(TimePoint /*time*/, double /*value*/) override {}
  };
  serve();
  server->add(answer(one_sample));
  make_client();
  Throwing throwing;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, client->query_range(query, throwing),
                        [&](std::exception_ptr error, const QueryResult<QueryReport>&) { thrown = std::move(error); });
  while (!thrown) context.run_one();
  EXPECT_THROW(std::rethrow_exception(thrown), std::length_error);
  while (server->open() > 0) context.run_one();
}

class ClientCancellation : public ClientFixture {
 protected:
  // Starts a query whose end is noted.
  void start() {
    boost::asio::co_spawn(context, client->query_range(query, visitor),
                          boost::asio::bind_cancellation_slot(
                              cancel.slot(), [this](std::exception_ptr error, const QueryResult<QueryReport>&) {
                                thrown = std::move(error);
                              }));
  }
  void expect_cancelled() {
    while (!thrown) context.run_one();
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), boost::asio::error::operation_aborted);
    }
    while (server->open() > 0) context.run_one();
    EXPECT_THAT(exposition(), HasSubstr("inferno_adapter_prometheus_requests_total{outcome=\"cancelled\"} 1\n"));
    EXPECT_THAT(exposition(), HasSubstr("inferno_adapter_prometheus_requests_in_flight 0\n"));
  }

  boost::asio::cancellation_signal cancel;
  std::exception_ptr thrown;
};

TEST_F(ClientCancellation, InTheMiddleOfAnAnswerClosesTheConnection) {
  serve();
  make_client();
  server->add(Reply{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":"});
  server->on_reply([&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  start();
  expect_cancelled();
}

TEST_F(ClientCancellation, WhileWaitingForAnAnswerLeavesTheClientUsable) {
  serve();
  options.max_connections = 1;
  make_client();
  server->add(Reply{""});
  server->on_reply([&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  start();
  expect_cancelled();

  server->on_reply({});
  server->add(answer(one_sample));
  EXPECT_TRUE(ask());
}

TEST_F(ClientCancellation, WhileWaitingForAConnectionLeavesTheLine) {
  serve();
  options.max_connections = 1;
  make_client();
  server->add(answer(one_sample));
  int answered = 0;
  const auto count = [&](const std::exception_ptr&, const QueryResult<QueryReport>& result) {
    answered += result ? 1 : 0;
  };
  boost::asio::co_spawn(context, client->query_range(query, visitor), count);
  start();
  boost::asio::co_spawn(context, client->query_range(query, visitor), count);
  server->add(answer(one_sample));
  boost::asio::post(context, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  while (answered < 2) context.run_one();
  client.reset();
  expect_cancelled();
}

}  // namespace
}  // namespace inferno::prometheus::testing
