// custom.metrics.k8s.io: values of objects.
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

#include "tests/unit/api/api_fixture.hpp"
#include "tests/unit/api/golden.hpp"

namespace inferno::server {
namespace {

using boost::beast::http::verb;

class CustomMetrics : public ApiTest {
 protected:
  CustomMetrics() {
    provider_->add_object("chat", 3, {{"tier", "gold"}});
    provider_->add_object("code", 1.5, {{"tier", "silver"}});
  }
};

const std::string chat_v1beta2 =
    R"({"describedObject":{"kind":"VariantAutoscaling","namespace":"team-a","name":"chat","apiVersion":"llmd.ai/v1alpha1"},)"
    R"("metric":{"name":"inferno_desired_replicas","selector":null},"timestamp":"2026-03-01T12:00:59Z","windowSeconds":60,"value":"3"})";
const std::string code_v1beta2 =
    R"({"describedObject":{"kind":"VariantAutoscaling","namespace":"team-a","name":"code","apiVersion":"llmd.ai/v1alpha1"},)"
    R"("metric":{"name":"inferno_desired_replicas","selector":null},"timestamp":"2026-03-01T12:00:59Z","windowSeconds":60,"value":"1500m"})";

std::string list_v1beta2(const std::string& items) {
  return R"({"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta2","metadata":{},"items":[)" + items +
         "]}";
}

std::string not_found(const std::string& subject, const std::string& details) {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the server could not find the metric )" +
         subject + R"(","reason":"NotFound","details":{)" + details + R"(},"code":404})";
}

TEST_F(CustomMetrics, OfOneObject) {
  const Response response = get(object_path);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(header(response, "Vary"), "Accept");
  EXPECT_EQ(body(response), list_v1beta2(chat_v1beta2));
  EXPECT_EQ(provider_->last_call(), "custom team-a llmd.ai variantautoscalings chat inferno_desired_replicas");
}

TEST_F(CustomMetrics, OfOneObjectInTheOldVersion) {
  EXPECT_EQ(
      body(get("/apis/custom.metrics.k8s.io/v1beta1/namespaces/team-a/variantautoscalings.llmd.ai/chat/"
               "inferno_desired_replicas")),
      R"({"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta1","metadata":{},"items":[{"describedObject":)"
      R"({"kind":"VariantAutoscaling","namespace":"team-a","name":"chat","apiVersion":"llmd.ai/v1alpha1"},)"
      R"("metricName":"inferno_desired_replicas","timestamp":"2026-03-01T12:00:59Z","window":60,"value":"3","selector":null}]})");
}

TEST_F(CustomMetrics, NeedNoGroupWhereTheResourceIsKnown) {
  const Response response =
      get("/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/variantautoscalings/chat/inferno_desired_replicas");
  EXPECT_EQ(body(response), list_v1beta2(chat_v1beta2));
  EXPECT_EQ(provider_->last_call(), "custom team-a llmd.ai variantautoscalings chat inferno_desired_replicas");
}

TEST_F(CustomMetrics, OfAllObjects) {
  EXPECT_EQ(body(get(all_objects_path)), list_v1beta2(chat_v1beta2 + ',' + code_v1beta2));
  EXPECT_EQ(provider_->last_call(), "select team-a llmd.ai variantautoscalings * inferno_desired_replicas");
}

TEST_F(CustomMetrics, OfObjectsByLabel) {
  const auto select = [&](const std::string& selector) {
    return body(answer({.path = all_objects_path, .query = {{"labelSelector", selector}}}));
  };
  EXPECT_EQ(select("tier=gold"), list_v1beta2(chat_v1beta2));
  EXPECT_EQ(select("tier notin (gold),tier"), list_v1beta2(code_v1beta2));
  EXPECT_EQ(select("tier=lead"), list_v1beta2(""));
}

TEST_F(CustomMetrics, OfANamedObjectWhateverTheLabelSelector) {
  const Response response = answer({.path = object_path, .query = {{"labelSelector", "tier=silver"}}});
  EXPECT_EQ(body(response), list_v1beta2(chat_v1beta2));
}

TEST_F(CustomMetrics, RepeatTheMetricSelector) {
  const Response response =
      answer({.path = object_path, .query = {{"metricLabelSelector", "a=b,a=c,d in (e,f),g!=h,i,!j,k>1"}}});
  EXPECT_NE(
      body(response).find(
          R"("metric":{"name":"inferno_desired_replicas","selector":{"matchLabels":{"a":"b"},"matchExpressions":[)"
          R"({"key":"a","operator":"In","values":["c"]},{"key":"d","operator":"In","values":["e","f"]},)"
          R"({"key":"g","operator":"NotIn","values":["h"]},{"key":"i","operator":"Exists"},{"key":"j","operator":"DoesNotExist"}]}})"),
      std::string::npos)
      << body(response);
}

TEST_F(CustomMetrics, AreProtobufToTheAutoscaler) {
  const Response response = get(object_path, protobuf_first);
  EXPECT_EQ(response.content_type, "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(to_hex(body(response)), golden("custom_v1beta2"));
}

TEST_F(CustomMetrics, AreProtobufInEveryForm) {
  EXPECT_EQ(to_hex(body(get("/apis/custom.metrics.k8s.io/v1beta1/namespaces/team-a/variantautoscalings.llmd.ai/*/"
                            "inferno_desired_replicas",
                            protobuf_first))),
            golden("custom_v1beta1_list"));
  const std::vector<std::pair<std::string, std::string>> selector{{"metricLabelSelector", "a=b,d in (e,f),!j"}};
  EXPECT_EQ(to_hex(body(answer({.path = object_path, .query = selector, .accept = protobuf_first}))),
            golden("custom_v1beta2_selector"));
}

TEST_F(CustomMetrics, OfAnUnknownObjectAreNotFound) {
  const Response response =
      get("/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/variantautoscalings.llmd.ai/gone/"
          "inferno_desired_replicas");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(body(response), not_found("inferno_desired_replicas for variantautoscalings.llmd.ai gone",
                                      R"("name":"gone","group":"llmd.ai","kind":"variantautoscalings")"));
}

TEST_F(CustomMetrics, OfUnknownNameAreNotFoundWithoutAskingTheProvider) {
  const auto refused = [&](const std::string& path) {
    const Response response = get("/apis/custom.metrics.k8s.io/v1beta2/" + path);
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(provider_->last_call(), "");
    return body(response);
  };
  EXPECT_EQ(refused("namespaces/team-a/variantautoscalings.llmd.ai/chat/other"),
            not_found("other for variantautoscalings.llmd.ai chat",
                      R"("name":"chat","group":"llmd.ai","kind":"variantautoscalings")"));
  EXPECT_EQ(refused("namespaces/team-a/variantautoscalings.llmd.ai/*/other"),
            not_found("other for variantautoscalings.llmd.ai", R"("group":"llmd.ai","kind":"variantautoscalings")"));
  EXPECT_EQ(refused("namespaces/team-a/pods/chat/inferno_desired_replicas"),
            not_found("inferno_desired_replicas for pods chat", R"("name":"chat","kind":"pods")"));
  EXPECT_EQ(refused("namespaces/team-a/variantautoscalings.other.io/chat/inferno_desired_replicas"),
            not_found("inferno_desired_replicas for variantautoscalings.other.io chat",
                      R"("name":"chat","group":"other.io","kind":"variantautoscalings")"));
}

TEST_F(CustomMetrics, OfNamespacesAndClusterScopedObjectsAreNotServed) {
  EXPECT_EQ(body(get("/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/metrics/inferno_desired_replicas")),
            not_found("inferno_desired_replicas for namespaces team-a", R"("name":"team-a","kind":"namespaces")"));
  EXPECT_EQ(body(get("/apis/custom.metrics.k8s.io/v1beta1/variantautoscalings.llmd.ai/chat/inferno_desired_replicas")),
            not_found("inferno_desired_replicas for variantautoscalings.llmd.ai chat",
                      R"("name":"chat","group":"llmd.ai","kind":"variantautoscalings")"));
}

TEST_F(CustomMetrics, RefuseABrokenSelectorByName) {
  const auto refused = [&](const std::string& path, const std::string& parameter) {
    const Response response = answer({.path = path, .query = {{parameter, "a=b=c"}}});
    EXPECT_EQ(response.status, 400U);
    return body(response);
  };
  const auto expected = [](const std::string& parameter) {
    const std::string fault = "at character 4 found '=', expected ',' or the end";
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")" + parameter +
           R"( \"a=b=c\" is not a label selector: )" + fault +
           R"(","reason":"BadRequest","details":{"causes":[{"message":")" + fault + R"(","field":")" + parameter +
           R"("}]},"code":400})";
  };
  EXPECT_EQ(refused(all_objects_path, "labelSelector"), expected("labelSelector"));
  EXPECT_EQ(refused(object_path, "metricLabelSelector"), expected("metricLabelSelector"));
  EXPECT_EQ(refused(external_path, "labelSelector"), expected("labelSelector"));
}

TEST_F(CustomMetrics, RefuseAFieldSelectorRatherThanIgnoreIt) {
  for (const std::string& path : {object_path, all_objects_path, external_path}) {
    const Response response = answer({.path = path, .query = {{"fieldSelector", "metadata.name=chat"}}});
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(
        body(response),
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"field selectors are not supported for metrics: use labelSelector","reason":"BadRequest","details":{"causes":[{"message":"not supported","field":"fieldSelector"}]},"code":400})");
  }
}

TEST_F(CustomMetrics, PassOnWhatTheProviderRefuses) {
  ApiError error;
  error.reason = ErrorReason::service_unavailable;
  error.message = "no signals yet";
  error.retry_after_seconds = 5;
  provider_->fail_with(error);
  for (const std::string& path : {object_path, all_objects_path, external_path}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 503U);
    EXPECT_EQ(header(response, "Retry-After"), "5");
    EXPECT_EQ(body(response),
              R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no signals yet",)"
              R"("reason":"ServiceUnavailable","details":{"retryAfterSeconds":5},"code":503})");
  }
  EXPECT_EQ(get(object_path, protobuf_first).content_type, "application/vnd.kubernetes.protobuf");
}

TEST_F(CustomMetrics, ThrowForAValueThatIsNoNumber) {
  provider_->add_object("chat", std::numeric_limits<double>::quiet_NaN());
  EXPECT_THROW((void)get(object_path), std::invalid_argument);
}

TEST_F(CustomMetrics, EscapeWhatTheyRepeat) {
  provider_->add_object("a\"b\\c\n", 1);
  const Response response = answer({.path = "/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/"
                                            "variantautoscalings.llmd.ai/a\"b\\c\n/inferno_desired_replicas"});
  EXPECT_NE(body(response).find(R"("name":"a\"b\\c\n",)"), std::string::npos) << body(response);
}

TEST_F(CustomMetrics, AreNotAcceptableInAnotherForm) {
  const Response response = get(object_path, "application/yaml");
  EXPECT_EQ(response.status, 406U);
  EXPECT_EQ(
      body(response),
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"only the following media types are accepted: )"
      R"(application/json, application/vnd.kubernetes.protobuf","reason":"NotAcceptable","code":406})");
  EXPECT_EQ(provider_->last_call(), "");
}

TEST_F(CustomMetrics, AreOnlyRead) {
  for (const verb method : {verb::post, verb::put, verb::patch, verb::delete_, verb::options}) {
    const Response response = answer({.method = method, .path = object_path});
    EXPECT_EQ(response.status, 405U);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
    EXPECT_EQ(body(response), R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                              R"("message":"the server does not allow this method on the requested resource",)"
                              R"("reason":"MethodNotAllowed","code":405})");
  }
  EXPECT_EQ(provider_->last_call(), "");
  EXPECT_EQ(body(answer({.method = verb::head, .path = object_path})), list_v1beta2(chat_v1beta2));
}

}  // namespace
}  // namespace inferno::server
