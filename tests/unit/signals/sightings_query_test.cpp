// When the collector looks for what the pods of silent targets show.
#include <gmock/gmock.h>

#include "tests/unit/signals/collector_test.hpp"

namespace inferno::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SightingsQueryTest : public CollectorTest {
 protected:
  [[nodiscard]] std::string sightings(const std::vector<std::string>& namespaces) const {
    signals::Scope scope;
    scope.namespaces = namespaces;
    return ask("sightings", scope);
  }
};

TEST_F(SightingsQueryTest, IsNotAskedWhileEveryReadyTargetReports) {
  cluster.set({{.model_id = "llama"},
               {.namespace_name = "starting", .model_id = "llama", .replicas = 1, .ready = 0},
               {.namespace_name = "zero", .model_id = "llama", .replicas = 0}});
  rig().refresh();
  for (const char* name : {"prod", "starting", "zero"}) EXPECT_THAT(prometheus.asked(sightings({name})), IsEmpty());
}

TEST_F(SightingsQueryTest, IsAskedForTheNamespacesOfReadyTargetsThatDoNotReport) {
  cluster.set({{.model_id = "llama"},
               {.namespace_name = "b", .model_id = "silent"},
               {.namespace_name = "a", .model_id = "silent"},
               {.namespace_name = "a", .model_id = "other"}});
  rig().refresh();
  EXPECT_THAT(prometheus.asked(sightings({"a", "b"})), SizeIs(1));
}

TEST_F(SightingsQueryTest, IsAskedEveryHalfMinuteOrFiveSecondsAfterItFoundNothing) {
  cluster.set({{.model_id = "silent"}});
  const std::string asks = sightings({"prod"});
  rig().refresh();
  prometheus.give(asks, {{"namespace", "prod"}, {"owner", "silent-7c9f8d6b5"}, {"__name__", "up"}}, always(0));
  refresh_at(noon + seconds{5});
  EXPECT_THAT(prometheus.asked(asks), SizeIs(2));
  refresh_at(noon + seconds{30});
  EXPECT_THAT(prometheus.asked(asks), SizeIs(2));
  refresh_at(noon + seconds{35});
  EXPECT_THAT(prometheus.asked(asks), SizeIs(3));
}

TEST_F(SightingsQueryTest, WhatWasSeenIsForgottenOnceTheTargetReports) {
  cluster.set({{.model_id = "silent"}});
  prometheus.give(sightings({"prod"}), {{"namespace", "prod"}, {"owner", "silent-7c9f8d6b5"}, {"__name__", "up"}},
                  always(0));
  rig().refresh();
  EXPECT_EQ(rig().gather("prod", "silent").targets[0].sighting.scraped, false);
  give_model("silent");
  refresh_at(noon + seconds{5});
  EXPECT_EQ(rig().gather("prod", "silent").targets[0].sighting.scraped, std::nullopt);
}

}  // namespace
}  // namespace inferno::testing
