#include "adapter/prometheus/answer_body.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "tests/unit/prometheus/recording_visitor.hpp"

namespace inferno::prometheus::testing {
namespace {

const std::string body =
    R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}})";

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string input = text;
  std::string output(::deflateBound(&stream, static_cast<uLong>(input.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  output.resize(stream.total_out);
  ::deflateEnd(&stream);
  return output;
}

struct Outcome {
  QueryResult<QueryReport> result;
  std::size_t series = 0;
  std::size_t fed = 0;
};

Outcome read(std::string_view received, std::size_t limit = 1'000'000, std::size_t piece = 7) {
  RecordingVisitor visitor;
  AnswerBody answer(200, "gzip", limit, visitor);
  Outcome outcome;
  while (outcome.fed < received.size()) {
    const std::string_view next = received.substr(outcome.fed, piece);
    outcome.fed += next.size();
    if (!answer.feed(next)) break;
  }
  outcome.result = answer.finish();
  outcome.series = visitor.series.size();
  return outcome;
}

TEST(CompressedAnswer, IsReadAsItArrives) {
  for (const std::size_t piece : {1U, 5U, 1000U}) {
    const Outcome outcome = read(gzip(body), 1'000'000, piece);
    ASSERT_TRUE(outcome.result) << outcome.result.error().message;
    EXPECT_EQ(outcome.series, 1U);
    EXPECT_EQ(outcome.result->response_bytes, body.size());
  }
}

TEST(CompressedAnswer, MayHaveSeveralMembers) {
  const Outcome outcome = read(gzip(body.substr(0, 30)) + gzip(body.substr(30)));
  ASSERT_TRUE(outcome.result) << outcome.result.error().message;
  EXPECT_EQ(outcome.series, 1U);
}

TEST(CompressedAnswer, IsMalformedWhereverItIsTruncated) {
  const std::string whole = gzip(body);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Outcome outcome = read(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(outcome.result) << size;
    ASSERT_EQ(outcome.result.error().kind, QueryErrorKind::malformed) << size;
  }
}

TEST(CompressedAnswer, IsMalformedWhenDamaged) {
  std::string damaged = gzip(body);
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // of the checksum
  const Outcome outcome = read(damaged);
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().message, "the compressed answer is damaged");
  EXPECT_FALSE(read("not gzip").result);
  EXPECT_FALSE(read(gzip(body) + "trailing").result);
}

TEST(CompressedAnswer, ThatSwellsIsStoppedByTheLimit) {
  const std::string bomb = gzip(std::string(50'000'000, ' '));
  ASSERT_LT(bomb.size(), 60'000U);

  const Outcome outcome = read(bomb, 1'000'000);

  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().kind, QueryErrorKind::too_large);
  EXPECT_EQ(outcome.result.error().message, "the answer is larger than 1000000 bytes");
  EXPECT_LT(outcome.fed, bomb.size() / 10);
}

TEST(CompressedAnswer, IsLimitedAsSentToo) {
  // Empty members: bytes that never become content.
  std::string nothing;
  while (nothing.size() < 2000) nothing += gzip("");
  const Outcome outcome = read(nothing, 1000);
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().kind, QueryErrorKind::too_large);
}

}  // namespace
}  // namespace inferno::prometheus::testing
