#include "adapter/kubernetes/manifest.hpp"

namespace inferno::kubernetes {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
  EXPECT_THAT(manifest.broken, IsEmpty());
  ASSERT_EQ(manifest.objects.size(), 2U);
  EXPECT_EQ(std::get<TargetObject>(manifest.objects[0]).key.kind, "StatefulSet");
  EXPECT_EQ(std::get<ConfigMapObject>(manifest.objects[1]).name.name, "c");
  EXPECT_THAT(manifest.ignored, ElementsAre("Service other/s"));
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
  EXPECT_THAT(manifest.broken, IsEmpty());
  ASSERT_EQ(manifest.objects.size(), 3U);
  EXPECT_EQ(std::get<std::shared_ptr<const Variant>>(manifest.objects[2])->name, "v");
}

TEST(Manifest, ReadsJsonToo) {
  const auto manifest =
      parse_manifest(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}})");
  EXPECT_EQ(manifest.objects.size(), 1U);
}

TEST(Manifest, MayBeEmpty) {
  EXPECT_TRUE(parse_manifest("").objects.empty());
  EXPECT_TRUE(parse_manifest("# nothing yet\n---\n").objects.empty());
}

std::vector<std::string> names(const Manifest& manifest) {
  std::vector<std::string> result;
  for (const ClusterObject& object : manifest.objects) result.push_back(std::get<ConfigMapObject>(object).name.name);
  return result;
}

TEST(Manifest, ABrokenObjectHidesNoOther) {
  const Manifest manifest = parse_manifest(R"(
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec: {replicas: many}
---
just text
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: 7}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
)");
  EXPECT_THAT(names(manifest), ElementsAre("a", "b", "c"));
  EXPECT_THAT(
      manifest.broken,
      ElementsAre(
          BrokenObject{"Deployment default/d",
                       "document 2, line 4: Deployment default/d: spec.replicas \"many\" is not a whole number of "
                       "0 or more"},
          BrokenObject{"", "document 3, line 9: not a Kubernetes object: apiVersion and kind are needed"},
          BrokenObject{"",
                       "document 4, line 11: ConfigMap default/?: metadata.name is 7, not text; put it in "
                       "quotes"}));
}

TEST(Manifest, ADocumentThatIsNotYamlHidesNoOther) {
  const Manifest manifest = parse_manifest(
      "# comment\n"
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
      "--- # the second\n"
      "kind: [oops\n"
      "---\n"
      "---\r\n"
      "apiVersion: v1\n"
      "kind: ConfigMap\n"
      "metadata: {name: b}\n"
      "data:\n"
      "  text: |\n"
      "    ---\n"
      "    ---x\n"
      "---\n"
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n"
      "---\n"
      "kind: \x01\n");
  EXPECT_THAT(names(manifest), ElementsAre("a", "b", "c"));
  EXPECT_EQ(std::get<ConfigMapObject>(manifest.objects.at(1)).data.at("text"), "---\n---x\n");
  ASSERT_EQ(manifest.broken.size(), 2U);
  EXPECT_THAT(manifest.broken[0].cause, testing::StartsWith("document 2, line 5: "));
  EXPECT_EQ(manifest.broken[0].name, "");
  EXPECT_EQ(manifest.broken[1].cause, "document 5, line 17: control characters are not allowed");
}

}  // namespace
}  // namespace inferno::kubernetes
