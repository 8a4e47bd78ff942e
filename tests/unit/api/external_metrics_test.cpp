// external.metrics.k8s.io: values by the metric's own labels.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/api/api_fixture.hpp"
#include "tests/unit/api/golden.hpp"

namespace inferno::server {
namespace {

class ExternalMetrics : public ApiTest {
 protected:
  ExternalMetrics() {
    provider_->add_object("chat", 3);
    provider_->add_object("code", 1.5);
  }
};

const std::string chat =
    R"({"metricName":"inferno_desired_replicas","metricLabels":{"variantautoscaling_name":"chat","variant_name":"chat"},)"
    R"("timestamp":"2026-03-01T12:00:59Z","value":"3"})";
const std::string code =
    R"({"metricName":"inferno_desired_replicas","metricLabels":{"variantautoscaling_name":"code","variant_name":"code"},)"
    R"("timestamp":"2026-03-01T12:00:59Z","value":"1500m"})";

std::string list(const std::string& items) {
  return R"({"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[)" +
         items + "]}";
}

TEST_F(ExternalMetrics, AreSelectedByLabel) {
  const Response response =
      answer({.path = external_path, .query = {{"labelSelector", "variantautoscaling_name=chat"}}});
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(body(response), list(chat));
  EXPECT_EQ(provider_->last_call(), "external team-a inferno_desired_replicas");
}

TEST_F(ExternalMetrics, AreAllThatThereAreWithoutASelector) {
  EXPECT_EQ(body(get(external_path)), list(chat + ',' + code));
}

TEST_F(ExternalMetrics, AreAnEmptyListWhereNothingMatches) {
  EXPECT_EQ(body(answer({.path = external_path, .query = {{"labelSelector", "variantautoscaling_name=gone"}}})),
            list(""));
}

TEST_F(ExternalMetrics, AreProtobufToTheAutoscaler) {
  EXPECT_EQ(to_hex(body(get(external_path, protobuf_first))), golden("external_v1beta1"));
}

TEST_F(ExternalMetrics, OfUnknownNameAreNotFound) {
  const Response response = get("/apis/external.metrics.k8s.io/v1beta1/namespaces/team-a/other");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(body(response),
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
            R"("message":"the server could not find the external metric other","reason":"NotFound","code":404})");
  EXPECT_EQ(provider_->last_call(), "");
}

TEST_F(ExternalMetrics, AreNowhereWhenTurnedOff) {
  turn_external_metrics_off();
  for (const char* path : {"/apis/external.metrics.k8s.io", "/apis/external.metrics.k8s.io/v1beta1",
                           external_path.c_str(), "/openapi/v3/apis/external.metrics.k8s.io/v1beta1"}) {
    EXPECT_EQ(get(path).status, 404U) << path;
  }
  for (const char* path : {"/apis", "/openapi/v2", "/openapi/v3"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(body(response).find("external"), std::string::npos) << path;
  }
  EXPECT_EQ(provider_->last_call(), "");
}

}  // namespace
}  // namespace inferno::server
