// The Prometheus text format, of which some metrics are wanted.
#include "adapter/wake/exposition_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace inferno::wake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "model=llama priority=0 : 3", labels in the order of the text; of the second metric with a star in front.
class Recorder final : public SampleVisitor {
 public:
  void on_sample(std::size_t metric, std::span<const prometheus::LabelView> labels, double value) override {
    std::string line(metric, '*');
    for (const auto& [name, text] : labels) line.append(name).append("=").append(text).append(" ");
    samples.push_back(line.append(": ").append(std::isfinite(value) ? std::to_string(value) : "not finite"));
  }

  std::vector<std::string> samples;
};

struct Parsed {
  std::vector<std::string> samples;
  std::string error;
};

Parsed parse(std::string_view text, std::size_t piece = 1000) {
  Recorder recorder;
  ExpositionParser parser({"queue_size", "errors_total"}, recorder);
  for (; !text.empty() && parser.feed(text.substr(0, piece)); text.remove_prefix(std::min(piece, text.size()))) {
  }
  const bool is_whole = parser.finish();
  EXPECT_EQ(is_whole, parser.error().empty());
  return {std::move(recorder.samples), parser.error()};
}

constexpr std::string_view page = R"(# HELP queue_size Requests in the queue.
# TYPE queue_size gauge
queue_size{model_name="llama",priority="0"} 3
queue_size{model_name="qwen",priority="0",} 1.5e1 1700000000000
# HELP queue_size_bytes Not this one.
queue_size_bytes{model_name="llama"} 4096
my_queue_size 7
errors_total{model_name="qwen"} 2

queue_size 0
	queue_size { model_name = "gemma" }	+2
)";

const auto samples_of_page =
    ElementsAre("model_name=llama priority=0 : 3.000000", "model_name=qwen priority=0 : 15.000000",
                "*model_name=qwen : 2.000000", ": 0.000000", "model_name=gemma : 2.000000");

TEST(ExpositionParser, HandsOverTheSamplesOfTheWantedMetrics) {
  const Parsed parsed = parse(page);
  EXPECT_EQ(parsed.error, "");
  EXPECT_THAT(parsed.samples, samples_of_page);
}

TEST(ExpositionParser, ItDoesNotMatterWhereTheTextIsCut) {
  for (std::size_t piece = 1; piece < 50; ++piece) EXPECT_THAT(parse(page, piece).samples, samples_of_page) << piece;
}

TEST(ExpositionParser, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(parse("queue_size 3").samples, ElementsAre(": 3.000000"));
}

TEST(ExpositionParser, LabelValuesAreUnescaped) {
  EXPECT_THAT(parse(R"(queue_size{a="say \"hi\"",b="C:\\x",c="two\nlines",d="} 1, {e=\"",e="\q",f=""} 1)").samples,
              ElementsAre("a=say \"hi\" b=C:\\x c=two\nlines d=} 1, {e=\" e=\\q f= : 1.000000"));
}

TEST(ExpositionParser, ValuesMayBeWhatGoWrites) {
  EXPECT_THAT(parse("queue_size 1e+06\nqueue_size NaN\nqueue_size +Inf\nqueue_size -Inf\nqueue_size -0.5\n").samples,
              ElementsAre(": 1000000.000000", ": not finite", ": not finite", ": not finite", ": -0.500000"));
}

TEST(ExpositionParser, NoSampleIsNoError) {
  const Parsed parsed = parse("# TYPE other gauge\nother 1\n");
  EXPECT_EQ(parsed.error, "");
  EXPECT_THAT(parsed.samples, IsEmpty());
}

TEST(ExpositionParser, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(parse("<html><body>Log in</body></html>\n").error, "line 1: expected a metric's name or a comment");
  EXPECT_EQ(parse("other 1\n{\"a\": 1}\n").error, "line 2: expected a metric's name or a comment");
  EXPECT_EQ(parse("queue_size{\n").error, "line 1: expected a label's name or }");
  EXPECT_EQ(parse("queue_size{a}\n").error, "line 1: expected = after a label's name");
  EXPECT_EQ(parse("queue_size{a=1}\n").error, "line 1: expected a label's value in quotes");
  EXPECT_EQ(parse("queue_size{a=\"1} 2\nqueue_size 1\n").error, "line 1: a label's value does not end");
  EXPECT_EQ(parse("queue_size{a=\"1\\").error, "line 1: a label's value does not end");
  EXPECT_EQ(parse("queue_size{a=\"1\" b=\"2\"} 1\n").error, "line 1: expected a comma or } after a label");
  EXPECT_EQ(parse("queue_size{a=\"1\"}\n").error, "line 1: expected a number");
  EXPECT_EQ(parse("queue_size 1x\n").error, "line 1: expected a number");
  EXPECT_EQ(parse("queue_size +-1\n").error, "line 1: expected a number");
  EXPECT_EQ(parse("queue_size 1e999\n").error, "line 1: a number is out of range");
  EXPECT_EQ(parse("queue_size 1 soon\n").error, "line 1: expected a timestamp or the end of the line after the value");
}

TEST(ExpositionParser, WhatComesAfterAnErrorIsNotRead) {
  EXPECT_THAT(parse("<html>\nqueue_size 1\n", 3).samples, IsEmpty());
}

TEST(ExpositionParser, ALineWithoutEndIsRefused) {
  EXPECT_EQ(parse("other 1\nother{a=\"" + std::string(ExpositionParser::max_line, 'x')).error,
            "line 2: is longer than 65536 bytes");
}

}  // namespace
}  // namespace inferno::wake
