#include "adapter/kubernetes/manifest.hpp"

namespace inferno::kubernetes {
namespace {

using testing::ElementsAre;

TEST(Manifest, ReadsDocumentsInOrderAndNotesOtherKinds) {
  const auto manifest = parse_manifest(R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec: {replicas: 2}
---
---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: other}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
)");
  ASSERT_TRUE(manifest) << manifest.error().message;
  ASSERT_EQ(manifest->objects.size(), 2U);
  EXPECT_EQ(std::get<TargetObject>(manifest->objects[0]).key.kind, "StatefulSet");
  EXPECT_EQ(std::get<ConfigMapObject>(manifest->objects[1]).name.name, "c");
  EXPECT_THAT(manifest->ignored, ElementsAre("Service other/s"));
}

TEST(Manifest, TakesListsApart) {
  const auto manifest = parse_manifest(R"(
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: b}}
---
apiVersion: llmd.ai/v1alpha1
kind: VariantAutoscalingList
items:
- metadata: {name: v}
  spec: {modelID: m, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: b}}
)");
  ASSERT_TRUE(manifest) << manifest.error().message;
  ASSERT_EQ(manifest->objects.size(), 3U);
  EXPECT_EQ(std::get<std::shared_ptr<const Variant>>(manifest->objects[2])->name, "v");
}

TEST(Manifest, ReadsJsonToo) {
  const auto manifest =
      parse_manifest(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}})");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->objects.size(), 1U);
}

TEST(Manifest, MayBeEmpty) {
  EXPECT_TRUE(parse_manifest("").value().objects.empty());
  EXPECT_TRUE(parse_manifest("# nothing yet\n---\n").value().objects.empty());
}

TEST(Manifest, AnErrorNamesTheLineAndTheCause) {
  EXPECT_EQ(parse_manifest(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: apps/v1\nkind: Deployment\n"
                "metadata: {name: d}\nspec: {replicas: many}\n")
                .error()
                .message,
            "line 5: Deployment default/d: spec.replicas \"many\" is not a whole number of 0 or more");
  EXPECT_EQ(parse_manifest("just text").error().message,
            "line 1: not a Kubernetes object: apiVersion and kind are needed");
  EXPECT_THAT(parse_manifest("a: [1\n").error().message, testing::StartsWith("line "));
}

}  // namespace
}  // namespace inferno::kubernetes
