#include "server/http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>

namespace inferno::server {
namespace {

using Progress = RequestParser::Progress;
using boost::beast::http::field;
using boost::beast::http::verb;

constexpr RequestLimits small_limits{.header_bytes = 256, .target_bytes = 64, .body_bytes = 16};

// Gives the bytes as if they arrived in pieces of `step`, and stops where the parser has its answer.
Progress feed(RequestParser& parser, std::string_view bytes, std::size_t step = 1000) {
  Progress progress = parser.parse();
  while (!bytes.empty() && (progress == Progress::need_header || progress == Progress::need_body)) {
    const auto room = parser.prepare();
    const auto piece = bytes.substr(0, std::min(step, room.size()));
    parser.commit(boost::asio::buffer_copy(room, boost::asio::buffer(piece)));
    bytes.remove_prefix(piece.size());
    progress = parser.parse();
  }
  return progress;
}

TEST(RequestParser, TakesARequestHoweverItIsCutIntoPieces) {
  constexpr std::string_view bytes =
      "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nX-Remote-User: someone\r\nContent-Length: 5\r\n\r\nhello";
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, bytes.size()}) {
    RequestParser parser(small_limits);
    ASSERT_EQ(feed(parser, bytes, step), Progress::complete) << "in pieces of " << step;
    EXPECT_TRUE(parser.keep_alive());
    Request request;
    ASSERT_TRUE(parser.take(request));
    EXPECT_EQ(request.method, verb::post);
    EXPECT_EQ(request.path, "/a/b");
    EXPECT_EQ(request.query_value("c"), "d");
    EXPECT_EQ(request.headers["X-Remote-User"], "someone");
    EXPECT_EQ(request.body, "hello");
    EXPECT_FALSE(parser.has_buffered());
  }
}

TEST(RequestParser, TakesChunkedBodies) {
  RequestParser parser(small_limits);
  ASSERT_EQ(feed(parser,
                 "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 3),
            Progress::complete);
  Request request;
  ASSERT_TRUE(parser.take(request));
  EXPECT_EQ(request.body, "abcde");
}

// A front proxy takes X-Remote- fields out of the header of what it passes on, and knows nothing of those behind the
// body.
TEST(RequestParser, DropsTrailers) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
    RequestParser parser(small_limits);
    ASSERT_EQ(
        feed(parser,
             "POST / HTTP/1.1\r\nHost: h\r\nX-Remote-User: someone\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
             "0\r\nX-Remote-Group: system:masters\r\nAuthorization: Bearer other\r\n\r\n",
             step),
        Progress::complete);
    Request request;
    ASSERT_TRUE(parser.take(request));
    EXPECT_EQ(request.body, "abc");
    EXPECT_EQ(request.headers["X-Remote-User"], "someone");
    EXPECT_EQ(request.headers.count("X-Remote-Group"), 0U);
    EXPECT_EQ(request.headers.count("Authorization"), 0U);
  }
}

TEST(RequestParser, TakesPipelinedRequestsOneByOne) {
  RequestParser parser(small_limits);
  ASSERT_EQ(feed(parser, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3"),
            Progress::complete);
  Request request;
  ASSERT_TRUE(parser.take(request));
  EXPECT_EQ(request.path, "/1");
  EXPECT_TRUE(parser.has_buffered());
  parser.next();
  ASSERT_EQ(parser.parse(), Progress::complete);
  ASSERT_TRUE(parser.take(request));
  EXPECT_EQ(request.path, "/2");
  parser.next();
  EXPECT_EQ(parser.parse(), Progress::need_header);
}

TEST(RequestParser, KnowsWhoWantsToStayConnected) {
  const auto stays = [](std::string_view bytes) {
    RequestParser parser(small_limits);
    EXPECT_EQ(feed(parser, bytes), Progress::complete);
    return parser.keep_alive();
  };
  EXPECT_TRUE(stays("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_FALSE(stays("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestParser, ExpectsContinueOnlyWhileTheBodyIsHeldBack) {
  constexpr std::string_view header = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  RequestParser waiting(small_limits);
  ASSERT_EQ(feed(waiting, header), Progress::need_body);
  EXPECT_TRUE(waiting.expects_continue());
  RequestParser sent_along(small_limits);
  ASSERT_EQ(feed(sent_along, std::string(header) + "hello"), Progress::complete);
  EXPECT_FALSE(sent_along.expects_continue());
}

TEST(RequestParser, ABadTargetIsTheRequestsErrorNotTheConnections) {
  RequestParser parser(small_limits);
  ASSERT_EQ(feed(parser, "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\nGET /ok HTTP/1.1\r\nHost: h\r\n\r\n"),
            Progress::complete);
  Request request;
  EXPECT_FALSE(parser.take(request));
  parser.next();
  ASSERT_EQ(parser.parse(), Progress::complete);
  EXPECT_TRUE(parser.take(request));
}

struct Refused {
  const char* why;
  std::string bytes;
  ErrorReason reason;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.why;
}

class RequestRefused : public ::testing::TestWithParam<Refused> {};

TEST_P(RequestRefused, WithItsReasonHoweverItIsCutIntoPieces) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{50}, std::size_t{4000}}) {
    RequestParser parser(small_limits);
    ASSERT_EQ(feed(parser, GetParam().bytes, step), Progress::failed) << "in pieces of " << step;
    EXPECT_EQ(parser.error().reason, GetParam().reason) << parser.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RequestRefused,
    ::testing::Values(
        Refused{"not HTTP", "hello world\r\n\r\n", ErrorReason::bad_request},
        Refused{"HTTP/2 without negotiation", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", ErrorReason::bad_request},
        Refused{"no Host", "GET / HTTP/1.1\r\n\r\n", ErrorReason::bad_request},
        Refused{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", ErrorReason::bad_request},
        Refused{"a space before a colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", ErrorReason::bad_request},
        Refused{"length and coding",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"coding and length",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"identity coding and length",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
                ErrorReason::bad_request},
        Refused{"a coding before chunked", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"a coding with a parameter", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked;a=b\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"a coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"a value on two lines", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", ErrorReason::bad_request},
        Refused{"a coding on its second line", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"a Host that is none", "GET / HTTP/1.1\r\nHost: user@h/path\r\n\r\n", ErrorReason::bad_request},
        Refused{"another coding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"a negative length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
                ErrorReason::bad_request},
        Refused{"a chunk that is none", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                ErrorReason::bad_request},
        Refused{"a long target", "GET /" + std::string(64, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n",
                ErrorReason::uri_too_long},
        Refused{"an endless request line", "GET /" + std::string(9000, 'a'), ErrorReason::uri_too_long},
        Refused{"a long header field", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(300, 'a') + "\r\n\r\n",
                ErrorReason::header_fields_too_large},
        Refused{"many header fields",
                "GET / HTTP/1.1\r\nHost: h\r\n" +
                    [] {
                      std::string lines;
                      for (int i = 0; i < 100; ++i) lines += "X-" + std::to_string(i) + ": 1\r\n";
                      return lines;
                    }() +
                    "\r\n",
                ErrorReason::header_fields_too_large},
        Refused{"an endless chunk extension",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=" + std::string(300, 'x'),
                ErrorReason::header_fields_too_large},
        Refused{"chunk extensions larger than a header",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    [] {
                      std::string chunks;
                      for (int i = 0; i < 10; ++i) chunks += "1;" + std::string(30, 'x') + "\r\na\r\n";
                      return chunks;
                    }(),
                ErrorReason::header_fields_too_large},
        Refused{"endless trailers",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(300, 'x'),
                ErrorReason::header_fields_too_large},
        Refused{"a long body announced", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 17\r\n\r\n",
                ErrorReason::request_entity_too_large},
        Refused{"a long body in chunks",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                "chunked\r\n\r\na\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
                ErrorReason::request_entity_too_large}));

}  // namespace
}  // namespace inferno::server
