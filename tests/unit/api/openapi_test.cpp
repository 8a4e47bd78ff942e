// OpenAPI documents: every reference resolves, every path is one that is served, and the types carry their Kubernetes
// kinds.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/unit/api/api_fixture.hpp"

namespace inferno::server {
namespace {

using Json = nlohmann::json;

class OpenApi : public ApiTest {
 protected:
  Json document(const std::string& path) { return Json::parse(body(get(path))); }
};

void collect_references(const Json& node, std::set<std::string>& references) {
  if (node.is_object() && node.contains("$ref")) references.insert(node["$ref"].get<std::string>());
  if (node.is_structured()) {
    for (const Json& child : node) collect_references(child, references);
  }
}

void expect_references_resolve(const Json& document) {
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
  }
}

std::set<std::string> operation_ids(const Json& document) {
  std::set<std::string> ids;
  for (const Json& path : document["paths"]) {
    EXPECT_TRUE(ids.insert(path["get"]["operationId"].get<std::string>()).second) << path;
  }
  return ids;
}

std::string with_names(std::string path) {
  for (const auto& [placeholder, name] : {std::pair("{namespace}", "team-a"), std::pair("{name}", "chat")}) {
    if (const std::size_t at = path.find(placeholder); at != std::string::npos)
      path.replace(at, std::string(placeholder).size(), name);
  }
  return path;
}

TEST_F(OpenApi, V2DescribesEveryPathThatIsServed) {
  const Json swagger = document("/openapi/v2");
  EXPECT_EQ(swagger["swagger"], "2.0");
  EXPECT_EQ(swagger["info"], (Json{{"title", "inferno-adapter"}, {"version", "v1.2.3"}}));
  std::set<std::string> paths;
  provider_->add_object("chat", 1);
  for (const auto& [path, operations] : swagger["paths"].items()) {
    paths.insert(path);
    EXPECT_EQ(get(with_names(path)).status, 200U) << path;
  }
  const std::string custom = "/apis/custom.metrics.k8s.io/";
  const std::string objects = "/namespaces/{namespace}/variantautoscalings.llmd.ai/{name}/";
  EXPECT_EQ(paths, (std::set<std::string>{
                       "/apis/", custom, custom + "v1beta1/", custom + "v1beta2/",
                       custom + "v1beta1" + objects + "inferno_desired_replicas",
                       custom + "v1beta1" + objects + "inferno_current_replicas",
                       custom + "v1beta2" + objects + "inferno_desired_replicas",
                       custom + "v1beta2" + objects + "inferno_current_replicas", "/apis/external.metrics.k8s.io/",
                       "/apis/external.metrics.k8s.io/v1beta1/",
                       "/apis/external.metrics.k8s.io/v1beta1/namespaces/{namespace}/inferno_desired_replicas"}));
  expect_references_resolve(swagger);
  EXPECT_TRUE(operation_ids(swagger).contains(
      "readCustomMetricsV1beta2NamespacedVariantautoscalingsLlmdAiInfernoDesiredReplicas"));
}

TEST_F(OpenApi, V2NamesKubernetesKinds) {
  const Json definitions = document("/openapi/v2")["definitions"];
  const auto kind_of = [&](const std::string& name) { return definitions[name]["x-kubernetes-group-version-kind"]; };
  const std::string package = "io.k8s.metrics.pkg.apis.";
  EXPECT_EQ(kind_of(package + "custom_metrics.v1beta2.MetricValueList"),
            (Json::array({{{"group", "custom.metrics.k8s.io"}, {"version", "v1beta2"}, {"kind", "MetricValueList"}}})));
  EXPECT_EQ(kind_of(package + "custom_metrics.v1beta1.MetricValue"),
            (Json::array({{{"group", "custom.metrics.k8s.io"}, {"version", "v1beta1"}, {"kind", "MetricValue"}}})));
  EXPECT_EQ(
      kind_of(package + "external_metrics.v1beta1.ExternalMetricValueList"),
      (Json::array(
          {{{"group", "external.metrics.k8s.io"}, {"version", "v1beta1"}, {"kind", "ExternalMetricValueList"}}})));
}

// The schema and the answer are written in different places; this holds them together.
TEST_F(OpenApi, SchemasHaveEveryFieldOfTheAnswers) {
  provider_->add_object("chat", 1);
  const Json definitions = document("/openapi/v2")["definitions"];
  const auto expect_fields = [&](const Json& object, const std::string& schema) {
    for (const auto& [field, value] : object.items()) {
      EXPECT_TRUE(definitions[schema]["properties"].contains(field)) << schema << ' ' << field;
    }
    for (const Json& field : definitions[schema].value("required", Json::array())) {
      EXPECT_TRUE(object.contains(field.get<std::string>())) << schema << ' ' << field;
    }
  };
  const std::string package = "io.k8s.metrics.pkg.apis.";
  for (const std::string version : {"v1beta1", "v1beta2"}) {
    const Json list = document("/apis/custom.metrics.k8s.io/" + version +
                               "/namespaces/team-a/variantautoscalings.llmd.ai/chat/inferno_desired_replicas");
    expect_fields(list, package + "custom_metrics." + version + ".MetricValueList");
    expect_fields(list["items"][0], package + "custom_metrics." + version + ".MetricValue");
    expect_fields(list["items"][0]["describedObject"], "io.k8s.api.core.v1.ObjectReference");
  }
  const Json list = document(external_path);
  expect_fields(list, package + "external_metrics.v1beta1.ExternalMetricValueList");
  expect_fields(list["items"][0], package + "external_metrics.v1beta1.ExternalMetricValue");
  const std::string meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  expect_fields(document("/apis"), meta + "APIGroupList");
  expect_fields(document("/apis/custom.metrics.k8s.io"), meta + "APIGroup");
  expect_fields(document("/apis/custom.metrics.k8s.io/v1beta1"), meta + "APIResourceList");
  expect_fields(document("/apis/custom.metrics.k8s.io/v1beta1")["resources"][0], meta + "APIResource");
}

TEST_F(OpenApi, V3IndexLeadsToTheDocumentsByTheirHash) {
  const Json index = document("/openapi/v3");
  std::set<std::string> paths;
  for (const auto& [path, entry] : index["paths"].items()) {
    paths.insert(path);
    const std::string url = entry["serverRelativeURL"];
    const std::string start = "/openapi/v3/" + path + "?hash=";
    ASSERT_TRUE(url.starts_with(start)) << url;
    const std::string hash = url.substr(start.size());
    const Response response = answer({.path = "/openapi/v3/" + path, .query = {{"hash", hash}}});
    EXPECT_EQ(header(response, "ETag"), '"' + hash + '"');
    const Json openapi = Json::parse(body(response));
    EXPECT_EQ(openapi["openapi"], "3.0.0");
    EXPECT_FALSE(operation_ids(openapi).empty());
    expect_references_resolve(openapi);
    for (const auto& [operation_path, operations] : openapi["paths"].items()) {
      EXPECT_TRUE(operation_path.starts_with('/' + path)) << operation_path;
    }
  }
  EXPECT_EQ(paths, (std::set<std::string>{"apis/custom.metrics.k8s.io/v1beta1", "apis/custom.metrics.k8s.io/v1beta2",
                                          "apis/external.metrics.k8s.io/v1beta1"}));
}

TEST_F(OpenApi, IsJsonOrNothing) {
  EXPECT_EQ(get("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf").status, 406U);
  EXPECT_EQ(
      get("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf,application/json;q=0.5").status,
      200U);
  EXPECT_EQ(get("/openapi/v3", protobuf_first).content_type, "application/json");
}

}  // namespace
}  // namespace inferno::server
