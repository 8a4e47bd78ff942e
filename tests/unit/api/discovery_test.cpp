// Discovery in both forms, /version, and what is not there.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/api/api_fixture.hpp"
#include "tests/unit/api/golden.hpp"

namespace inferno::server {
namespace {

using Json = nlohmann::json;

class Discovery : public ApiTest {};

const std::string custom_group =
    R"("name":"custom.metrics.k8s.io","versions":[{"groupVersion":"custom.metrics.k8s.io/v1beta2","version":"v1beta2"},)"
    R"({"groupVersion":"custom.metrics.k8s.io/v1beta1","version":"v1beta1"}],)"
    R"("preferredVersion":{"groupVersion":"custom.metrics.k8s.io/v1beta2","version":"v1beta2"})";
const std::string external_group =
    R"("name":"external.metrics.k8s.io","versions":[{"groupVersion":"external.metrics.k8s.io/v1beta1","version":"v1beta1"}],)"
    R"("preferredVersion":{"groupVersion":"external.metrics.k8s.io/v1beta1","version":"v1beta1"})";

TEST_F(Discovery, ListsGroups) {
  EXPECT_EQ(body(get("/apis")),
            R"({"kind":"APIGroupList","apiVersion":"v1","groups":[{)" + custom_group + "},{" + external_group + "}]}");
  EXPECT_EQ(to_hex(body(get("/apis", protobuf_first))), golden("group_list"));
}

TEST_F(Discovery, DescribesAGroup) {
  EXPECT_EQ(body(get("/apis/custom.metrics.k8s.io")), R"({"kind":"APIGroup","apiVersion":"v1",)" + custom_group + "}");
  EXPECT_EQ(body(get("/apis/external.metrics.k8s.io/")),
            R"({"kind":"APIGroup","apiVersion":"v1",)" + external_group + "}");
  EXPECT_EQ(to_hex(body(get("/apis/custom.metrics.k8s.io", protobuf_first))), golden("group"));
}

TEST_F(Discovery, ListsResourcesInEveryVersion) {
  for (const std::string version : {"v1beta2", "v1beta1"}) {
    EXPECT_EQ(
        body(get("/apis/custom.metrics.k8s.io/" + version)),
        R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"custom.metrics.k8s.io/)" + version +
            R"(","resources":[{"name":"variantautoscalings.llmd.ai/inferno_desired_replicas","singularName":"","namespaced":true,)"
            R"("kind":"MetricValueList","verbs":["get"]},{"name":"variantautoscalings.llmd.ai/inferno_current_replicas",)"
            R"("singularName":"","namespaced":true,"kind":"MetricValueList","verbs":["get"]}]})");
  }
  EXPECT_EQ(
      body(get("/apis/external.metrics.k8s.io/v1beta1")),
      R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"external.metrics.k8s.io/v1beta1","resources":[)"
      R"({"name":"inferno_desired_replicas","singularName":"","namespaced":true,"kind":"ExternalMetricValueList","verbs":["get"]}]})");
  EXPECT_EQ(to_hex(body(get("/apis/custom.metrics.k8s.io/v1beta2", protobuf_first))), golden("resource_list"));
}

Json kind(const std::string& group, const std::string& version, const std::string& name) {
  return {{"group", group}, {"version", version}, {"kind", name}};
}

Json custom_version(const std::string& version) {
  const Json answer = kind("custom.metrics.k8s.io", version, "MetricValueList");
  return {{"version", version},
          {"freshness", "Current"},
          {"resources",
           {{{"resource", "variantautoscalings.llmd.ai"},
             {"responseKind", kind("", "", "")},
             {"scope", "Namespaced"},
             {"singularResource", ""},
             {"verbs", Json::array()},
             {"subresources",
              {{{"subresource", "inferno_desired_replicas"}, {"responseKind", answer}, {"verbs", {"get"}}},
               {{"subresource", "inferno_current_replicas"}, {"responseKind", answer}, {"verbs", {"get"}}}}}}}}};
}

TEST_F(Discovery, IsOneDocumentForThoseWhoAsk) {
  for (const std::string version : {"v2", "v2beta1"}) {
    const std::string type = "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
    const Response response = get("/apis", type);
    EXPECT_EQ(response.content_type, type);
    const Json external{{"version", "v1beta1"},
                        {"freshness", "Current"},
                        {"resources",
                         {{{"resource", "inferno_desired_replicas"},
                           {"responseKind", kind("external.metrics.k8s.io", "v1beta1", "ExternalMetricValueList")},
                           {"scope", "Namespaced"},
                           {"singularResource", ""},
                           {"verbs", {"get"}}}}}};
    const Json expected{
        {"kind", "APIGroupDiscoveryList"},
        {"apiVersion", "apidiscovery.k8s.io/" + version},
        {"metadata", Json::object()},
        {"items",
         {{{"metadata", {{"name", "custom.metrics.k8s.io"}}},
           {"versions", {custom_version("v1beta2"), custom_version("v1beta1")}}},
          {{"metadata", {{"name", "external.metrics.k8s.io"}}}, {"versions", Json::array({external})}}}}};
    EXPECT_EQ(Json::parse(body(response)), expected);
  }
}

TEST_F(Discovery, IsNotSentToThoseWhoHaveIt) {
  for (const std::string path : {"/apis", "/apis/custom.metrics.k8s.io/v1beta2", "/openapi/v2", "/openapi/v3"}) {
    const std::string tag = header(get(path), "ETag");
    ASSERT_EQ(tag.size(), 66U) << path;
    EXPECT_EQ(header(get(path), "Vary"), "Accept");
    for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
      const Response response = answer({.path = path, .if_none_match = known});
      EXPECT_EQ(response.status, 304U) << path << known;
      EXPECT_EQ(header(response, "ETag"), tag);
      EXPECT_EQ(response.content_type, "");
      EXPECT_EQ(response.body, nullptr);
    }
    EXPECT_EQ(answer({.path = path, .if_none_match = "\"x\""}).status, 200U);
    EXPECT_EQ(answer({.path = path, .if_none_match = tag.substr(1)}).status, 200U);
  }
  const std::string tag = header(get("/apis"), "ETag");
  EXPECT_EQ(answer({.path = "/apis", .accept = protobuf_first, .if_none_match = tag}).status, 200U)
      << "each representation has a tag of its own";
}

TEST_F(Discovery, PreparedDocumentsAreSentWithoutACopy) {
  EXPECT_EQ(get("/openapi/v2").body, get("/openapi/v2").body);
}

TEST_F(Discovery, TellsTheVersion) {
  Json version = Json::parse(body(get("/version")));
  EXPECT_FALSE(version["compiler"].get<std::string>().empty());
  EXPECT_TRUE(version["platform"].get<std::string>().starts_with("linux"));
  version.erase("compiler");
  version.erase("platform");
  EXPECT_EQ(version, (Json{{"major", "1"},
                           {"minor", "2"},
                           {"gitVersion", "v1.2.3"},
                           {"gitCommit", "abc"},
                           {"gitTreeState", ""},
                           {"buildDate", "2026-01-02T03:04:05Z"},
                           {"goVersion", ""}}));
}

TEST_F(Discovery, KnowsWhatIsNotThere) {
  using boost::beast::http::verb;
  for (const char* path :
       {"/", "/api", "/api/v1", "/apis/apps", "/apis/custom.metrics.k8s.io/v1",
        "/apis/custom.metrics.k8s.io/v1beta2/namespaces", "/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a",
        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/variantautoscalings.llmd.ai/chat/"
        "inferno_desired_replicas/more",
        "/apis/external.metrics.k8s.io/v1beta1/pods/team-a/inferno_desired_replicas", "/openapi", "/openapi/v1",
        "/version/x"}) {
    for (const verb method : {verb::get, verb::post}) {
      const Response response = answer({.method = method, .path = path});
      EXPECT_EQ(response.status, 404U) << path;
      EXPECT_EQ(body(response),
                R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                R"("message":"the server could not find the requested resource","reason":"NotFound","code":404})");
    }
  }
  EXPECT_EQ(answer({.method = verb::post, .path = "/apis"}).status, 405U);
}

}  // namespace
}  // namespace inferno::server
