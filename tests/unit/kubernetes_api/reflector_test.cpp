// The reflector and an API server where all goes well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kubernetes_api/reflector_fixture.hpp"

namespace inferno::kubernetes::testing {
namespace {

using ::testing::ElementsAre;

class ReflectorTest : public ReflectorFixture {};

TEST(ResourcePath, LeadsToTheCollection) {
  const ResourcePath core{.group = {}, .version = "v1", .plural = "configmaps", .namespace_name = "ns", .name = "x"};
  EXPECT_EQ(core.collection(), "/api/v1/namespaces/ns/configmaps");
  EXPECT_EQ(core.display(), "configmaps in namespace ns named x");
  const ResourcePath apps{.group = "apps", .version = "v1", .plural = "deployments", .namespace_name = {}, .name = {}};
  EXPECT_EQ(apps.collection(), "/apis/apps/v1/deployments");
  EXPECT_EQ(apps.display(), "deployments.apps");
}

TEST_F(ReflectorTest, ListsThenWatchesFromThere) {
  server.add(answer(page({"a", "b"}, "42")));
  run_until_requests(2);

  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42")));
  EXPECT_EQ(server.requests()[0]["Accept"], "application/json");
  EXPECT_THAT(listener.heard, ElementsAre("begin", "object Pod a", "object Pod b", "listed", "batch end"));
  EXPECT_TRUE(reflector->is_synced());
  EXPECT_FALSE(reflector->is_absent());
  EXPECT_EQ(problem(), "");
}

TEST_F(ReflectorTest, PagesMakeOneList) {
  server.add(answer(page({"a"}, "42", "one/two+")));
  server.add(answer(page({"b"}, "42", "three")));
  server.add(answer(page({"c"}, "42")));
  run_until_requests(3);
  EXPECT_FALSE(reflector->is_synced());
  run_until_requests(4);

  EXPECT_THAT(targets(), ElementsAre(list_target, list_target + "&continue=one%2Ftwo%2B",
                                     list_target + "&continue=three", watch_target("42")));
  EXPECT_THAT(listener.heard,
              ElementsAre("begin", "object Pod a", "object Pod b", "object Pod c", "listed", "batch end"));
}

TEST_F(ReflectorTest, HandsOverEventsAndResumesBehindTheLast) {
  server.add(answer(page({}, "42")));
  server.add(answer(event("ADDED", "a", "43") + event("MODIFIED", "a", "44") + event("DELETED", "a", "45")));
  server.add(answer(event("BOOKMARK", "", "50")));
  run_until_requests(4);

  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), watch_target("45"), watch_target("50")));
  EXPECT_THAT(listener.heard, ElementsAre("begin", "listed", "batch end", "object Pod a", "object Pod a",
                                          "deleted llm/a", "batch end"));
}

TEST_F(ReflectorTest, EventsAreHandedOverWhileTheWatchGoesOn) {
  server.add(answer(page({}, "42")));
  server.add(open_watch(event("ADDED", "a", "43") + event("ADDED", "b", "44").substr(0, 30)));
  run_until([&] { return listener.heard.size() == 5; });
  EXPECT_THAT(listener.heard, ElementsAre("begin", "listed", "batch end", "object Pod a", "batch end"));
}

TEST_F(ReflectorTest, OneObjectIsSelectedByItsName) {
  path.name = "x";
  server.add(answer(page({"x"}, "42")));
  run_until_requests(2);
  EXPECT_THAT(targets(), ElementsAre(list_target + "&fieldSelector=metadata.name%3Dx",
                                     watch_target("42") + "&fieldSelector=metadata.name%3Dx"));
}

TEST_F(ReflectorTest, MetadataOnlyAsksForPartialObjects) {
  path.metadata_only = true;
  server.add(answer(R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1",
                        "metadata":{"resourceVersion":"42"},"items":[{"metadata":{"name":"a"}}]})"));
  run_until_requests(2);
  EXPECT_EQ(server.requests()[0]["Accept"], "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  EXPECT_EQ(server.requests()[1]["Accept"], "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  EXPECT_THAT(listener.heard, ElementsAre("begin", "object PartialObjectMetadata a", "listed", "batch end"));
}

}  // namespace
}  // namespace inferno::kubernetes::testing
