// Streams of watch events as the API server sends them.
#include "adapter/kubernetes/api/watch_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace inferno::kubernetes::testing {
namespace {

using Json = nlohmann::json;
using Type = WatchEvent::Type;
using ::testing::ElementsAre;
using ::testing::Pair;

struct Stream {
  std::vector<std::pair<Type, Json>> events;
  std::string error;
};

// The receiver stops after `most` events.
Stream read(std::string_view text, std::size_t piece, std::size_t most = 1000) {
  Stream stream;
  WatchReader reader([&](const WatchEvent& event) {
    stream.events.emplace_back(event.type, event.object);
    return stream.events.size() < most;
  });
  while (!text.empty() && reader.feed(text.substr(0, piece))) text.remove_prefix(std::min(piece, text.size()));
  const auto end = reader.finish();
  if (!end) stream.error = end.error().message;
  return stream;
}

Stream read(std::string_view text) {
  return read(text, text.size());
}

constexpr std::string_view events = R"({"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a"}}}
{"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"a","managedFields":[{"x":{}}]}}}
{"object":{"kind":"Pod"},"type":"DELETED"}
{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}}
{"type":"ERROR","object":{"kind":"Status","code":410}}
)";

TEST(WatchReader, HandsOverEventAfterEvent) {
  const Stream stream = read(events);

  EXPECT_EQ(stream.error, "");
  EXPECT_THAT(stream.events, ElementsAre(Pair(Type::added, Json::parse(R"({"kind":"Pod","metadata":{"name":"a"}})")),
                                         Pair(Type::modified, Json::parse(R"({"kind":"Pod","metadata":{"name":"a"}})")),
                                         Pair(Type::deleted, Json::parse(R"({"kind":"Pod"})")),
                                         Pair(Type::bookmark, Json::parse(R"({"metadata":{"resourceVersion":"12"}})")),
                                         Pair(Type::error, Json::parse(R"({"kind":"Status","code":410})"))));
}

TEST(WatchReader, ReadsTheSameWhereverTheTextIsCut) {
  const Stream whole = read(events);
  for (std::size_t piece = 1; piece < events.size(); ++piece) {
    const Stream stream = read(events, piece);
    ASSERT_EQ(stream.error, "");
    ASSERT_EQ(stream.events, whole.events) << "in pieces of " << piece;
  }
}

TEST(WatchReader, HandsOverAnEventAsSoonAsItIsWhole) {
  int received = 0;
  WatchReader reader([&](const WatchEvent&) {
    ++received;
    return true;
  });
  EXPECT_TRUE(reader.feed(R"({"type":"ADDED","object":{}})"));  // not even a line feed behind it
  EXPECT_EQ(received, 1);
}

TEST(WatchReader, LineFeedsAreNotNeeded) {
  EXPECT_EQ(read(R"({"type":"ADDED","object":{}}{"type":"ADDED","object":{}} )").events.size(), 2U);
  EXPECT_EQ(read("{\n\"type\":\n\"ADDED\",\"object\":{\n}}\n\n").events.size(), 1U);
}

TEST(WatchReader, UnknownTypesAreLeftOut) {
  const Stream stream = read(R"({"type":"COMPRESSED","object":{}}{"type":"ADDED","object":{}})");
  EXPECT_EQ(stream.error, "");
  EXPECT_THAT(stream.events, ElementsAre(Pair(Type::added, Json::object())));
}

TEST(WatchReader, TheReceiverMayStopIt) {
  const Stream stream = read(events, 7, 2);
  EXPECT_EQ(stream.error, "");
  EXPECT_EQ(stream.events.size(), 2U);
}

TEST(WatchReader, AMalformedEventEndsIt) {
  const std::string good = R"({"type":"ADDED","object":{}})";
  const auto error_after_good = [&](const std::string& bad) {
    const Stream stream = read(good + "\n" + bad + "\n" + good);
    EXPECT_EQ(stream.events.size(), 1U) << bad;
    return stream.error;
  };
  EXPECT_EQ(error_after_good("upstream error"), "malformed event: expected a value");
  EXPECT_EQ(error_after_good(R"({"type":"ADDED"})"), "malformed event: it needs a type and an object");
  EXPECT_EQ(error_after_good(R"({"type":1,"object":{}})"), "malformed event: it needs a type and an object");
  EXPECT_EQ(error_after_good("12"), "malformed event: it needs a type and an object");
  EXPECT_EQ(error_after_good(R"({"type":"ADDED","object":{"a":1e999}})"), "malformed event: a number out of range");
}

TEST(WatchReader, AStreamThatEndsWithinAnEventIsCutOff) {
  EXPECT_EQ(read(events.substr(0, 100)).error, "the stream ends in the middle of an event");
  EXPECT_EQ(read("").error, "");
  EXPECT_EQ(read("\n").error, "");
}

TEST(WatchReader, OneEventHasALimitAndTheStreamHasNone) {
  const std::string filler(1'000'000, 'x');
  const std::string event = R"({"type":"ADDED","object":{"a":")" + filler + R"("}})";
  EXPECT_EQ(read(event + event + event + event + event).events.size(), 5U);

  std::string large = R"({"type":"ADDED","object":[)";
  for (int i = 0; i < 5; ++i) large += '"' + filler + "\",";
  EXPECT_EQ(read(large).error, "malformed event: an object of more than 4 MiB");
}

}  // namespace
}  // namespace inferno::kubernetes::testing
