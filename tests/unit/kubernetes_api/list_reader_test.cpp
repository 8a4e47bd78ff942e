// Pages of lists as the API server sends them.
#include "adapter/kubernetes/api/list_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace inferno::kubernetes::testing {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Page {
  std::vector<Json> items;
  ParseResult<ListEnd> end;
};

Page read(std::string_view text, std::size_t piece) {
  std::vector<Json> items;
  ListReader reader([&](const Json& item) { items.push_back(item); });
  while (!text.empty() && reader.on_bytes(text.substr(0, piece))) text.remove_prefix(std::min(piece, text.size()));
  auto end = reader.finish();
  return {std::move(items), std::move(end)};
}

Page read(std::string_view text) {
  return read(text, text.size());
}

std::string error_of(std::string_view text) {
  const Page page = read(text);
  return page.end ? "" : page.end.error().message;
}

// Two Deployments; the API server leaves apiVersion and kind of the items out.
constexpr std::string_view deployments = R"({"kind":"DeploymentList","apiVersion":"apps/v1",
  "metadata":{"resourceVersion":"42","continue":"next=","remainingItemCount":1},
  "items":[{"metadata":{"name":"a","namespace":"llm"},"spec":{"replicas":2}},
           {"metadata":{"name":"\u00e9","labels":{"x":"y"}},"status":null}]})";

TEST(ListReader, HandsOverEachItemWithTheKindOfTheList) {
  const Page page = read(deployments);

  ASSERT_TRUE(page.end) << page.end.error().message;
  EXPECT_EQ(page.end->resource_version, "42");
  EXPECT_EQ(page.end->continue_token, "next=");
  EXPECT_THAT(page.items, ElementsAre(Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment",
                                          "metadata":{"name":"a","namespace":"llm"},"spec":{"replicas":2}})"),
                                      Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment",
                                          "metadata":{"name":"é","labels":{"x":"y"}},"status":null})")));
}

TEST(ListReader, ReadsTheSameWhereverTheTextIsCut) {
  const Page whole = read(deployments);
  for (std::size_t piece = 1; piece < deployments.size(); ++piece) {
    const Page page = read(deployments, piece);
    ASSERT_TRUE(page.end) << page.end.error().message;
    ASSERT_EQ(page.items, whole.items) << "in pieces of " << piece;
  }
}

// Custom resources come with the list's kind behind the items, which have their own.
TEST(ListReader, TheItemsOwnKindIsKept) {
  const Page page = read(R"({"apiVersion":"llmd.ai/v1alpha1",
    "items":[{"apiVersion":"llmd.ai/v1alpha1","kind":"VariantAutoscaling","metadata":{"name":"v"}}],
    "kind":"VariantAutoscalingList","metadata":{"continue":"","resourceVersion":"7"}})");

  ASSERT_TRUE(page.end) << page.end.error().message;
  EXPECT_EQ(page.end->continue_token, "");
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0]["kind"], "VariantAutoscaling");
}

TEST(ListReader, LeavesOutWhatWeighsMuchAndSaysNothing) {
  const Page page = read(R"({"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{"resourceVersion":"1"},
    "items":[{"metadata":{"managedFields":[{"fieldsV1":{"f:metadata":{"f:labels":[]}}},2],"name":"a","annotations":
                {"kubectl.kubernetes.io/last-applied-configuration":"{}","llmd.ai/left-zero-at":"2025-01-31T12:00:00Z"}},
              "spec":{"managedFields":1,"template":{"metadata":{"managedFields":"kept: not the object's own"},
                "spec":{"containers":[{"name":"vllm","args":["--max-num-seqs=64"]}]}}}}]})");

  ASSERT_TRUE(page.end) << page.end.error().message;
  EXPECT_THAT(page.items, ElementsAre(Json::parse(R"({"kind":"Deployment","apiVersion":"apps/v1",
    "metadata":{"name":"a","annotations":{"llmd.ai/left-zero-at":"2025-01-31T12:00:00Z"}},
    "spec":{"managedFields":1,"template":{"metadata":{"managedFields":"kept: not the object's own"},
      "spec":{"containers":[{"name":"vllm","args":["--max-num-seqs=64"]}]}}}})")));
}

TEST(ListReader, NumbersKeepTheirKind) {
  const Page page = read(R"({"kind":"XList","apiVersion":"v1","metadata":{"resourceVersion":"1"},
    "items":[{"n":[0,-1,18446744073709551615,1.5,1e2,true,false,null]}]})");

  ASSERT_TRUE(page.end) << page.end.error().message;
  const Json& numbers = page.items.at(0)["n"];
  EXPECT_EQ(numbers, Json::parse("[0,-1,18446744073709551615,1.5,1e2,true,false,null]"));
  EXPECT_TRUE(numbers[0].is_number_unsigned());
  EXPECT_TRUE(numbers[1].is_number_integer());
  EXPECT_TRUE(numbers[4].is_number_float());
}

TEST(ListReader, AnEmptyListMayBeNull) {
  for (const std::string items : {"[]", "null"}) {
    const Page page =
        read(R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":)" + items + "}");
    ASSERT_TRUE(page.end) << page.end.error().message;
    EXPECT_EQ(page.end->resource_version, "9");
    EXPECT_THAT(page.items, IsEmpty());
  }
}

TEST(ListReader, SaysWhatIsWrong) {
  EXPECT_EQ(error_of(R"({"kind":"Status","apiVersion":"v1","message":"no"})"),
            "not a list of Kubernetes objects: it has no items");
  EXPECT_EQ(error_of("[]"), "not a list of Kubernetes objects: it has no items");
  EXPECT_EQ(error_of(R"({"items":{"a":{}}})"), "not a list of Kubernetes objects: it has no items");
  EXPECT_EQ(error_of(R"({"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]})"),
            "a list without metadata.resourceVersion can't be watched");
  EXPECT_EQ(error_of(R"({"kind":"PodList","apiVersion":"v1","items":["a")"),
            "not a whole list of Kubernetes objects: an item that is not an object at byte 48");
  EXPECT_EQ(
      error_of(R"({"items":[{}]})"),
      "not a whole list of Kubernetes objects: an item without apiVersion and kind, and no kind of list before it "
      "that would tell at byte 12");
  EXPECT_EQ(error_of(deployments.substr(0, 100)),
            "not a whole list of Kubernetes objects: it ends too early at byte 100");
  EXPECT_EQ(error_of("<html>"), "not a whole list of Kubernetes objects: expected a value at byte 1");
  EXPECT_EQ(error_of(R"({"items":[1e999]})"),
            "not a whole list of Kubernetes objects: a number out of range at byte 15");
}

TEST(ListReader, OneObjectHasALimitAndTheListHasNone) {
  const std::string filler(1'000'000, 'x');
  const std::string item = R"({"a":")" + filler + R"(","b":")" + filler + R"("})";
  const std::string head = R"({"kind":"XList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[)";

  EXPECT_EQ(error_of(head + item + "," + item + "," + item + "]}"), "");
  EXPECT_EQ(error_of(head + "[" + item + "," + item + "," + item + "]]}").substr(0, 68),
            "not a whole list of Kubernetes objects: an object of more than 4 MiB");
}

}  // namespace
}  // namespace inferno::kubernetes::testing
