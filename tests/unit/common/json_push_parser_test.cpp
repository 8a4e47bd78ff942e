#include "adapter/common/json_push_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace inferno {
namespace {

// Writes the events down as text: {k:"a" s:"b" n:1} [true null]
class Transcript final : public JsonEvents {
 public:
  bool on_object_begin() override { return add("{"); }
  bool on_object_end() override { return add("}"); }
  bool on_array_begin() override { return add("["); }
  bool on_array_end() override { return add("]"); }
  bool on_key(std::string_view key) override { return add("k:" + std::string(key)); }
  bool on_string(std::string_view value) override { return add("s:" + std::string(value)); }
  bool on_number(std::string_view digits) override { return add("n:" + std::string(digits)); }
  bool on_literal(JsonLiteral literal) override {
    return add(literal == JsonLiteral::null ? "null" : literal == JsonLiteral::boolean_true ? "true" : "false");
  }

  std::string text;
  std::string stop_at;

 private:
  bool add(const std::string& event) {
    text += (text.empty() ? "" : " ") + event;
    return event != stop_at;
  }
};

struct Outcome {
  std::string events;
  std::string error;
  bool whole = false;

  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view text, std::size_t piece = std::string_view::npos) {
  Transcript transcript;
  JsonPushParser parser(transcript);
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    if (!parser.feed(rest.substr(0, piece))) break;
  }
  const bool whole = parser.finish();
  return {transcript.text, parser.error(), whole};
}

std::string error_of(std::string_view text) {
  const Outcome outcome = read(text);
  EXPECT_FALSE(outcome.whole) << text;
  EXPECT_EQ(read(text, 1).error, outcome.error) << text;
  return outcome.error;
}

TEST(JsonPushParser, ReportsEveryKindOfValue) {
  const std::string_view text =
      " { \"a\" : [ 1 , -2.5e+3, 0.0 ,\"x\" , true,false,null, [], {} ] ,\r\n\t\"\":{\"b\":\"\"}} ";
  const Outcome expected{"{ k:a [ n:1 n:-2.5e+3 n:0.0 s:x true false null [ ] { } ] k: { k:b s: } }", "", true};

  EXPECT_EQ(read(text), expected);
  for (std::size_t piece = 1; piece < text.size(); ++piece) EXPECT_EQ(read(text, piece), expected) << piece;
}

TEST(JsonPushParser, ReportsALoneValue) {
  EXPECT_EQ(read("12"), (Outcome{"n:12", "", true}));
  EXPECT_EQ(read("\"a\""), (Outcome{"s:a", "", true}));
  EXPECT_EQ(read("null"), (Outcome{"null", "", true}));
}

TEST(JsonPushParser, ResolvesEscapes) {
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")").events, "s:\"\\/\b\f\n\r\t");
  EXPECT_EQ(read(R"("\u0041\u00e9\u20AC\ud83d\ude00z")").events, "s:Aé€😀z");
  EXPECT_EQ(read(R"("\ud83d\ude00")", 1).events, "s:😀");
  EXPECT_EQ(read(R"("\u0000")").events, std::string("s:\0", 3));
}

TEST(JsonPushParser, RefusesWhatIsNotJson) {
  EXPECT_EQ(error_of(""), "it ends too early");
  EXPECT_EQ(error_of("<html>"), "expected a value");
  EXPECT_EQ(error_of("nul!"), "expected a value");
  EXPECT_EQ(error_of("[1,]"), "expected a value");
  EXPECT_EQ(error_of("[1 2]"), "expected a comma or ]");
  EXPECT_EQ(error_of("[1}"), "expected a comma or ]");
  EXPECT_EQ(error_of("{\"a\":1]"), "expected a comma or }");
  EXPECT_EQ(error_of("{\"a\":1,}"), "expected a key in quotes");
  EXPECT_EQ(error_of("{a:1}"), "expected a key in quotes");
  EXPECT_EQ(error_of("{\"a\" 1}"), "expected a colon");
  EXPECT_EQ(error_of("{} {}"), "text after the end of the document");
  EXPECT_EQ(error_of("[\"a\nb\"]"), "a control character in a string");
  EXPECT_EQ(error_of(R"("\x")"), "an unknown escape in a string");
  EXPECT_EQ(error_of(R"("\u12g4")"), "expected four hexadecimal digits after \\u");
  EXPECT_EQ(error_of("\"\xC3(\""), "a string that is not UTF-8");
}

TEST(JsonPushParser, RefusesHalfASurrogatePair) {
  for (const char* text :
       {R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\n")", R"("\ud83d\u0041")", R"("\ude00")", R"("\ud83d\ud83d")"}) {
    EXPECT_EQ(error_of(text), "half of a surrogate pair") << text;
  }
}

TEST(JsonPushParser, RefusesNumbersThatTheGrammarDoesNotKnow) {
  for (const char* text : {"[01]", "[-]", "[1.]", "[1e]", "[1e+]", "[--1]", "[1.2.3]", "[1-2]"}) {
    EXPECT_EQ(error_of(text), "a malformed number") << text;
  }
  for (const char* text : {"[.5]", "[+1]"}) EXPECT_EQ(error_of(text), "expected a value") << text;
}

TEST(JsonPushParser, LimitsDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

  EXPECT_TRUE(read(nested(JsonPushParser::max_depth)).whole);
  EXPECT_EQ(error_of(nested(JsonPushParser::max_depth + 1)), "nested deeper than 64 levels");
}

TEST(JsonPushParser, LimitsWhatItKeepsOfAStringOverSeveralPieces) {
  Transcript transcript;
  JsonPushParser parser(transcript);
  const std::string piece(65536, 'x');
  ASSERT_TRUE(parser.feed("\""));
  std::size_t taken = 0;
  while (parser.feed(piece)) taken += piece.size();

  EXPECT_EQ(taken, JsonPushParser::max_token);
  EXPECT_EQ(parser.error(), "a string or number of more than 1 MiB");
}

TEST(JsonPushParser, StopsWhereTheReceiverWantsNoMore) {
  Transcript transcript;
  transcript.stop_at = "n:2";
  JsonPushParser parser(transcript);

  EXPECT_FALSE(parser.feed("[1,2,3"));
  EXPECT_FALSE(parser.feed(",4]"));
  EXPECT_FALSE(parser.finish());
  EXPECT_EQ(transcript.text, "[ n:1 n:2");
  EXPECT_EQ(parser.error(), "");
}

}  // namespace
}  // namespace inferno
