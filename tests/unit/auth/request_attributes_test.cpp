// What RequestInfoFactory's own tests say, and what arrives at a metrics server.
#include "server/auth/request_attributes.hpp"

#include "server/http/target.hpp"

namespace inferno::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using verb = boost::beast::http::verb;

// "verb group/version namespace resource/subresource name", "-" for what is empty; "verb path" of what is no resource.
std::string describe(verb method, std::string_view target) {
  Request request;
  request.method = method;
  if (!parse_target(target, request)) return "unusable target";
  const auto attributes = attributes_of(request);
  if (!attributes) return "error: " + attributes.error().message;
  const auto& found = *attributes;
  if (!found.is_resource) return found.verb + ' ' + found.path;
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  return or_dash(found.verb) + ' ' + or_dash(found.group) + '/' + found.version + ' ' + or_dash(found.namespace_name) +
         ' ' + found.resource + '/' + or_dash(found.subresource) + ' ' + or_dash(found.name);
}

struct Case {
  verb method;
  const char* target;
  const char* expected;
};

class Attributes : public ::testing::TestWithParam<Case> {};

TEST_P(Attributes, OfARequest) {
  EXPECT_EQ(describe(GetParam().method, GetParam().target), GetParam().expected) << GetParam().target;
}

INSTANTIATE_TEST_SUITE_P(
    CustomMetrics, Attributes,
    ::testing::Values(
        Case{verb::get,
             "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/chat/"
             "inferno_desired_replicas",
             "get custom.metrics.k8s.io/v1beta2 ns variantautoscalings.llmd.ai/inferno_desired_replicas chat"},
        Case{verb::head,
             "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/variantautoscalings.llmd.ai/*/m?labelSelector=a%3Db",
             "get custom.metrics.k8s.io/v1beta2 ns variantautoscalings.llmd.ai/m *"},
        Case{verb::get, "/apis/custom.metrics.k8s.io/v1beta1/namespaces/ns/metrics/m",
             "get custom.metrics.k8s.io/v1beta1 ns metrics/- m"},
        Case{verb::get, "/apis/custom.metrics.k8s.io/v1beta1/nodes/n1/m",
             "get custom.metrics.k8s.io/v1beta1 - nodes/m n1"}));

INSTANTIATE_TEST_SUITE_P(
    ExternalMetrics, Attributes,
    ::testing::Values(Case{verb::get, "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m?labelSelector=a%3Db",
                           "list external.metrics.k8s.io/v1beta1 ns m/- -"},
                      Case{verb::get, "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/status",
                           "get external.metrics.k8s.io/v1beta1 ns namespaces/status ns"}));

INSTANTIATE_TEST_SUITE_P(
    NonResources, Attributes,
    ::testing::Values(Case{verb::get, "/", "get /"}, Case{verb::get, "/apis", "get /apis"},
                      Case{verb::get, "/apis/", "get /apis"},
                      Case{verb::get, "/apis/custom.metrics.k8s.io", "get /apis/custom.metrics.k8s.io"},
                      Case{verb::get, "/apis/custom.metrics.k8s.io/v1beta2", "get /apis/custom.metrics.k8s.io/v1beta2"},
                      Case{verb::get, "/api/v1", "get /api/v1"}, Case{verb::get, "/openapi/v2", "get /openapi/v2"},
                      Case{verb::get, "/openapi/v3/apis/a/v1/x/y", "get /openapi/v3/apis/a/v1/x/y"},
                      Case{verb::get, "/version", "get /version"}, Case{verb::head, "/metrics", "head /metrics"},
                      Case{verb::post, "/debug/decisions/ns/chat", "post /debug/decisions/ns/chat"},
                      Case{verb::delete_, "/metrics?watch=1", "delete /metrics"}));

INSTANTIATE_TEST_SUITE_P(
    Resources, Attributes,
    ::testing::Values(Case{verb::get, "/api/v1/namespaces", "list -/v1 - namespaces/- -"},
                      Case{verb::get, "/api/v1/namespaces/other", "get -/v1 other namespaces/- other"},
                      Case{verb::put, "/api/v1/namespaces/other/finalize",
                           "update -/v1 other namespaces/finalize other"},
                      Case{verb::get, "/api/v1/namespaces/other/pods", "list -/v1 other pods/- -"},
                      Case{verb::get, "/api/v1/namespaces/other/pods/foo", "get -/v1 other pods/- foo"},
                      Case{verb::get, "/api/v1/pods", "list -/v1 - pods/- -"},
                      Case{verb::get, "/apis/batch/v1/jobs/foo/status/more/still", "get batch/v1 - jobs/status foo"},
                      Case{verb::get, "/api/v1/proxy/namespaces/other/pods/foo/subpath/not/a/subresource",
                           "proxy -/v1 other pods/- foo"},
                      Case{verb::get, "/api/v1/watch/namespaces/other/pods", "watch -/v1 other pods/- -"},
                      Case{verb::get, "/api/v1/watch",
                           "error: unable to determine kind and namespace from the path "
                           "/api/v1/watch"}));

INSTANTIATE_TEST_SUITE_P(
    Verbs, Attributes,
    ::testing::Values(Case{verb::post, "/api/v1/namespaces/other/pods", "create -/v1 other pods/- -"},
                      Case{verb::put, "/api/v1/namespaces/other/pods/foo", "update -/v1 other pods/- foo"},
                      Case{verb::patch, "/api/v1/namespaces/other/pods/foo", "patch -/v1 other pods/- foo"},
                      Case{verb::delete_, "/api/v1/namespaces/other/pods/foo", "delete -/v1 other pods/- foo"},
                      Case{verb::delete_, "/api/v1/namespaces/other/pods", "deletecollection -/v1 other pods/- -"},
                      Case{verb::options, "/api/v1/namespaces/other/pods", "- -/v1 other pods/- -"},
                      Case{verb::get, "/api/v1/pods?watch=true", "watch -/v1 - pods/- -"},
                      Case{verb::get, "/api/v1/pods?watch", "watch -/v1 - pods/- -"},
                      Case{verb::get, "/api/v1/pods?watch=False", "list -/v1 - pods/- -"},
                      Case{verb::get, "/api/v1/pods?watch=0&watch=1", "list -/v1 - pods/- -"},
                      Case{verb::get, "/api/v1/pods/foo?watch=1", "get -/v1 - pods/- foo"}));

INSTANTIATE_TEST_SUITE_P(
    FieldSelectors, Attributes,
    ::testing::Values(
        Case{verb::get, "/api/v1/pods?fieldSelector=metadata.name%3Dfoo", "list -/v1 - pods/- foo"},
        Case{verb::get, "/api/v1/pods?watch=1&fieldSelector=a%3D1,metadata.name%3D%3Dfoo", "watch -/v1 - pods/- foo"},
        Case{verb::get, "/api/v1/pods?fieldSelector=metadata.name!%3Dfoo", "list -/v1 - pods/- -"},
        Case{verb::get, "/api/v1/pods?fieldSelector=metadata.name%3Da/b", "list -/v1 - pods/- -"},
        Case{verb::get, "/api/v1/pods?fieldSelector=metadata.name%3D..", "list -/v1 - pods/- -"},
        Case{verb::get, "/api/v1/pods?fieldSelector=metadata.name%3Dfoo,unclear", "list -/v1 - pods/- -"},
        Case{verb::get, "/api/v1/pods?fieldSelector=metadata.name%3Dfoo&labelSelector=%21%21", "list -/v1 - pods/- -"},
        Case{verb::delete_, "/api/v1/pods?fieldSelector=metadata.name%3Dfoo", "deletecollection -/v1 - pods/- -"}));

// However it is written, what is asked about is what the router answers.
INSTANTIATE_TEST_SUITE_P(
    Spellings, Attributes,
    ::testing::Values(Case{verb::get, "//metrics/", "get /metrics"}, Case{verb::get, "/%6detrics", "get /metrics"},
                      Case{verb::get, "/apis//batch/v1///jobs/foo/", "get batch/v1 - jobs/- foo"},
                      Case{verb::get, "/api/v1/namespaces/a%2Fpods/jobs", "list -/v1 a/pods jobs/- -"},
                      Case{verb::get, "/livez/../apis/batch/v1/jobs", "get /livez/../apis/batch/v1/jobs"}));

RequestAttributes of(verb method, std::string_view target) {
  Request request;
  request.method = method;
  EXPECT_TRUE(parse_target(target, request));
  return *attributes_of(request);
}

TEST(RequestAttributes, HoldSelectorsOfVerbsOnSeveralObjects) {
  const auto list = of(verb::get, "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1&labelSelector=tier%20in%20(a,b),!c");
  EXPECT_THAT(list.fields, ElementsAre(FieldRequirement{"spec.nodeName", "n1", true}));
  ASSERT_EQ(list.labels.size(), 2U);
  EXPECT_EQ(list.labels[0].key, "c");
  EXPECT_EQ(list.labels[1].key, "tier");
  EXPECT_THAT(list.labels[1].values, ElementsAre("a", "b"));
  EXPECT_EQ(of(verb::delete_, "/api/v1/pods?labelSelector=a").labels.size(), 1U);
}

TEST(RequestAttributes, HoldNoOtherSelectors) {
  for (const auto& attributes : {of(verb::get, "/api/v1/pods/foo?fieldSelector=a%3D1&labelSelector=a"),
                                 of(verb::get, "/api/v1/watch/pods?fieldSelector=a%3D1&labelSelector=a"),
                                 of(verb::get, "/api/v1/pods?fieldSelector=unclear&labelSelector=%21%21")}) {
    EXPECT_THAT(attributes.fields, IsEmpty());
    EXPECT_THAT(attributes.labels, IsEmpty());
  }
}

}  // namespace
}  // namespace inferno::server
