#include "adapter/prometheus/range_response_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/prometheus/recording_visitor.hpp"

namespace inferno::prometheus::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Parsed {
  QueryResult<QueryReport> result;
  std::vector<RecordedSeries> series;
};

// Hands the body over in pieces of `size` bytes.
Parsed parse(std::string_view body, std::size_t size = std::string_view::npos) {
  RecordingVisitor visitor;
  RangeResponseParser parser(visitor);
  for (std::string_view rest = body; !rest.empty(); rest.remove_prefix(std::min(size, rest.size()))) {
    if (!parser.feed(rest.substr(0, size))) break;
  }
  auto result = parser.finish();
  return {std::move(result), std::move(visitor.series)};
}

std::string matrix(std::string_view result) {
  return R"({"status":"success","data":{"resultType":"matrix","result":)" + std::string(result) + "}}";
}

std::string series_with_value(std::string_view value) {
  return matrix(R"([{"metric":{},"values":[[1,")" + std::string(value) + R"("]]}])");
}

std::string error_message(std::string_view body) {
  const Parsed parsed = parse(body);
  EXPECT_FALSE(parsed.result) << body;
  if (parsed.result) return {};
  EXPECT_EQ(parsed.result.error().kind, QueryErrorKind::malformed) << body;
  return parsed.result.error().message;
}

// As Prometheus 2.42 wrote it, but for a third series with special values.
const std::string two_pods =
    R"({"status":"success","data":{"resultType":"matrix","result":[)"
    R"({"metric":{"__name__":"vllm:num_requests_running","namespace":"a","pod":"llama-0"},"values":[[1700000000,"0.5"],[1700000015.25,"1e+06"]]},)"
    R"({"metric":{"namespace":"b\"\\","pod":"\u00e9\ud83d\ude00 ü"},"values":[[1700000000,"NaN"],[1700000015,"+Inf"],[1700000030,"-Inf"],[1700000045,"-2"]]},)"
    R"({"metric":{},"values":[]}]},"warnings":["partial data"],"infos":["not a counter"]})";

const std::vector<RecordedSeries> two_pods_series = {
    {{{"__name__", "vllm:num_requests_running"}, {"namespace", "a"}, {"pod", "llama-0"}},
     {{1'700'000'000'000, 0.5}, {1'700'000'015'250, 1e6}}},
    {{{"namespace", "b\"\\"}, {"pod", "é😀 ü"}}, {{1'700'000'045'000, -2}}},
    {{}, {}}};

TEST(RangeResponse, VisitsSeriesAndSamplesInOrderWithoutThoseThatAreNotFinite) {
  const Parsed parsed = parse(two_pods);

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_EQ(parsed.series, two_pods_series);
  EXPECT_EQ(parsed.result->series, 3U);
  EXPECT_THAT(parsed.result->warnings, ElementsAre("partial data"));
  EXPECT_THAT(parsed.result->infos, ElementsAre("not a counter"));
}

TEST(RangeResponse, DoesNotDependOnWhereTheBodyIsCut) {
  for (std::size_t size = 1; size < two_pods.size(); ++size) {
    const Parsed parsed = parse(two_pods, size);
    ASSERT_TRUE(parsed.result) << size << ": " << parsed.result.error().message;
    ASSERT_EQ(parsed.series, two_pods_series) << size;
  }
}

TEST(RangeResponse, IsMalformedWhereverItIsTruncated) {
  for (std::size_t size = 0; size < two_pods.size(); ++size) {
    const Parsed parsed = parse(std::string_view(two_pods).substr(0, size));
    ASSERT_FALSE(parsed.result) << size;
    ASSERT_EQ(parsed.result.error().kind, QueryErrorKind::malformed) << size;
    ASSERT_THAT(parsed.result.error().message, HasSubstr("it ends too early at byte " + std::to_string(size)));
  }
}

TEST(RangeResponse, AnEmptyMatrixIsSuccess) {
  const Parsed parsed = parse(matrix("[]"));

  ASSERT_TRUE(parsed.result);
  EXPECT_THAT(parsed.series, IsEmpty());
  EXPECT_EQ(parsed.result->series, 0U);
}

// Google's service.
TEST(RangeResponse, NullInPlaceOfTheMatrixIsAnEmptyOne) {
  const Parsed parsed = parse(matrix("null"));

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_THAT(parsed.series, IsEmpty());
}

TEST(RangeResponse, MembersMayComeInAnyOrder) {
  const Parsed parsed = parse(
      R"({"data":{"result":[{"values":[[1,"2"],[3,"NaN"]],"metric":{"pod":"a"}}],"resultType":"matrix"},"status":"success"})");

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_EQ(parsed.series, (std::vector<RecordedSeries>{{{{"pod", "a"}}, {{1000, 2}}}}));
}

TEST(RangeResponse, SkipsMembersThatItDoesNotKnow) {
  const Parsed parsed = parse(
      R"({"trace":[[{"status":"error"}],null],"status":"success","data":{"stats":{"result":[1,{"metric":2}]},"resultType":"matrix",)"
      R"("result":[{"metric":{"a":"b"},"histograms":[[1,{"count":"2","buckets":[[0,"1","2","3"]]}]]}],"analysis":true}, "x":-0.1e-7})");

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_EQ(parsed.series, (std::vector<RecordedSeries>{{{{"a", "b"}}, {}}}));
}

TEST(RangeResponse, AnAnswerMarkedAsPartialIsAWarning) {
  const Parsed partial = parse(R"({"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}})");
  const Parsed whole = parse(R"({"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[]}})");

  ASSERT_TRUE(partial.result);
  EXPECT_THAT(partial.result->warnings, ElementsAre("the answer is marked as partial"));
  ASSERT_TRUE(whole.result);
  EXPECT_THAT(whole.result->warnings, IsEmpty());
}

// Prometheus 2.48 to 2.53.
TEST(RangeResponse, ARemarkOnTheExpressionIsNoWarningWhereverItStands) {
  const Parsed parsed = parse(
      R"({"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["PromQL info: might not be a counter",)"
      R"("PromQL warning: bucket is missing","a store is not reachable"],"infos":["PromQL info: another"]})");

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_THAT(parsed.result->warnings, ElementsAre("PromQL warning: bucket is missing", "a store is not reachable"));
  EXPECT_THAT(parsed.result->infos, ElementsAre("PromQL info: might not be a counter", "PromQL info: another"));
}

TEST(RangeResponse, AnEmptyListOfRemarksMayBeNull) {
  const Parsed parsed =
      parse(R"({"status":"success","data":{"resultType":"matrix","result":[]},"warnings":null,"infos":null})");

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_THAT(parsed.result->warnings, IsEmpty());
}

TEST(RangeResponse, TimesAreRoundedToMilliseconds) {
  const Parsed parsed =
      parse(matrix(R"([{"metric":{},"values":[[1700000000.1234,"1"],[1700000000.0006,"1"],[-0.5,"1"],[1.7e9,"1"]]}])"));

  ASSERT_TRUE(parsed.result) << parsed.result.error().message;
  EXPECT_EQ(parsed.series.front().samples,
            (std::vector<std::pair<std::int64_t, double>>{
                {1'700'000'000'123, 1}, {1'700'000'000'001, 1}, {-500, 1}, {1'700'000'000'000, 1}}));
}

TEST(RangeResponse, ReadsEveryFormInWhichPrometheusWritesNumbers) {
  const auto value = [](std::string_view text) {
    const Parsed parsed = parse(series_with_value(text));
    EXPECT_TRUE(parsed.result) << text;
    EXPECT_EQ(parsed.series.front().samples.size(), 1U) << text;
    return parsed.series.front().samples.empty() ? 0 : parsed.series.front().samples.front().second;
  };
  EXPECT_EQ(value("0"), 0);
  EXPECT_EQ(value("-0.25"), -0.25);
  EXPECT_EQ(value("1.7976931348623157e+308"), 1.7976931348623157e+308);
  EXPECT_EQ(value("5e-324"), 5e-324);
  EXPECT_EQ(value("123456789012345678"), 123456789012345678.0);
}

TEST(RangeResponse, NamesWhatIsNotAsPromised) {
  EXPECT_EQ(error_message("[]"), "did not expect an array at the top of the document");
  EXPECT_EQ(error_message("1 "), "did not expect a number at the top of the document");
  EXPECT_EQ(error_message("{}"), R"(expected "status" to be "success" or "error")");
  EXPECT_EQ(error_message(R"({"status":"fine"})"), R"(expected "status" to be "success" or "error")");
  EXPECT_EQ(error_message(R"({"status":1})"), "did not expect a number at status");
  EXPECT_EQ(error_message(R"({"status":"success"})"), R"(expected "data" with "resultType" and "result")");
  EXPECT_EQ(error_message(R"({"status":"success","data":null})"), "did not expect null at data");
  EXPECT_EQ(error_message(R"({"status":"success","data":{"resultType":"vector","result":[]}})"),
            "expected data.resultType to be matrix, found vector");
  EXPECT_EQ(error_message(matrix("{}")), "did not expect an object at data.result");
  EXPECT_EQ(error_message(matrix("[1]")), "did not expect a number at data.result[0]");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{}},{"values":[]}])")), "expected a metric in data.result[1]");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"metric":{}}])")), "found a second data.result[0].metric");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{"pod":1}}])")), "did not expect a number at data.result[0].metric");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"values":[[1,"1"],5]}])")),
            "did not expect a number at data.result[0].values[1]");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"values":[["1","1"]]}])")),
            "did not expect a string at data.result[0].values[0]");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"values":[[1,1]]}])")),
            "did not expect a number at data.result[0].values[0]");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"values":[[1]]}])")),
            R"(expected [time, "value"] at data.result[0].values[0])");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"values":[[1,"1","2"]]}])")),
            "did not expect a string at data.result[0].values[0]");
  EXPECT_EQ(error_message(matrix(R"([{"metric":{},"values":[[1e300,"1"]]}])")),
            "expected a time in seconds at data.result[0].values[0]");
  EXPECT_EQ(error_message(series_with_value("1x")),
            "expected a number in quotes at data.result[0].values[0], found 1x");
  EXPECT_EQ(error_message(series_with_value("")), "expected a number in quotes at data.result[0].values[0], found ");
  EXPECT_EQ(error_message(R"({"status":"success","warnings":"w"})"), "did not expect a string at warnings");
  EXPECT_EQ(error_message(R"({"status":"success","warnings":[["w"]]})"), "did not expect an array at warnings");
}

TEST(RangeResponse, AnErrorDocumentSaysWhetherToAskForLess) {
  const auto error = [](std::string_view type, std::string_view message) {
    const Parsed parsed = parse(R"({"status":"error","errorType":")" + std::string(type) + R"(","error":")" +
                                std::string(message) + R"("})");
    EXPECT_FALSE(parsed.result);
    return parsed.result ? QueryError{} : parsed.result.error();
  };
  const QueryError bad = error("bad_data", "invalid parameter \\\"query\\\": 1:3: parse error\\nsecond line");
  EXPECT_EQ(bad.kind, QueryErrorKind::rejected);
  EXPECT_EQ(bad.message, R"(bad_data: invalid parameter "query": 1:3: parse error)");

  EXPECT_EQ(error("execution", "query processing would load too many samples into memory in query execution").kind,
            QueryErrorKind::too_many_samples);
  EXPECT_EQ(error("bad_data", "exceeded maximum resolution of 11,000 points per timeseries.").kind,
            QueryErrorKind::too_many_samples);
  EXPECT_EQ(error("execution", "expanding series: exceeded series limit: 10").kind, QueryErrorKind::too_many_samples);
  EXPECT_EQ(error("execution", "the query exceeded the maximum number of series (err-mimir-max-series-per-query)").kind,
            QueryErrorKind::too_many_samples);
  EXPECT_EQ(error("422", "cannot select more than -search.maxSamplesPerQuery=1 samples").kind,
            QueryErrorKind::too_many_samples);
  EXPECT_EQ(error("timeout", "query timed out in expression evaluation").kind, QueryErrorKind::timeout);
  EXPECT_EQ(error("too_many_requests", "too many outstanding requests").kind, QueryErrorKind::rejected);
}

TEST(RangeResponse, AnErrorDocumentMayCarryData) {
  const Parsed parsed = parse(R"({"status":"error","data":{"resultType":"matrix","result":[]},"error":"e"})");

  ASSERT_FALSE(parsed.result);
  EXPECT_EQ(parsed.result.error().kind, QueryErrorKind::rejected);
  EXPECT_EQ(parsed.result.error().message, "error: e");
}

}  // namespace
}  // namespace inferno::prometheus::testing
