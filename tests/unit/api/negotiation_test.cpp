// RFC 9110, 12.5.1, and what Kubernetes clients really send.
#include "server/api/negotiation.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/beast/http/field.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "server/api/aggregated_discovery.hpp"

namespace inferno::server {
namespace {

constexpr std::array offers{json_media_type, protobuf_media_type, aggregated_discovery_media_types[0],
                            aggregated_discovery_media_types[1]};

std::string chosen(std::optional<std::size_t> index) {
  return index ? offers.at(*index).to_string() : "none";
}

const std::string json = "application/json";
const std::string protobuf = "application/vnd.kubernetes.protobuf";
const std::string aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const std::string aggregated_beta = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

struct Case {
  std::string rule;
  std::string accept;
  std::string type;
};

void PrintTo(const Case& given, std::ostream* out) {
  *out << given.rule << ": " << given.accept;
}

class Negotiation : public testing::TestWithParam<Case> {};

TEST_P(Negotiation, Chooses) {
  EXPECT_EQ(chosen(negotiate(GetParam().accept, offers)), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Clients, Negotiation,
    testing::Values(
        Case{"the HPA", "application/vnd.kubernetes.protobuf, */*", protobuf},
        Case{"kubectl get --raw", "application/json, */*", json},
        Case{"kubectl get", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", json},
        Case{"the aggregator", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", aggregated},
        Case{"client-go's discovery",
             "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery."
             "k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
             aggregated},
        Case{"an older client", aggregated_beta + ",application/json", aggregated_beta},
        Case{"OpenAPI's own protobuf", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", "none"},
        Case{"a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", json}));

INSTANTIATE_TEST_SUITE_P(
    Rules, Negotiation,
    testing::Values(
        Case{"nothing said accepts all", "", json}, Case{"as do empty list elements", " , ,", json},
        Case{"the heavier type wins", "application/json;q=0.5, application/vnd.kubernetes.protobuf", protobuf},
        Case{"wherever it stands", "application/vnd.kubernetes.protobuf;q=0.501,application/json;q=0.502", json},
        Case{"equal weights: the client's order", "application/vnd.kubernetes.protobuf,application/json", protobuf},
        Case{"the specific range decides over the general one", "*/*;q=1, application/json;q=0.1, application/*;q=0.5",
             protobuf},
        Case{"weight 0 refuses", "application/json;q=0, */*", protobuf},
        Case{"weight 0 refuses in three digits too", "application/json;q=0.000", "none"},
        Case{"a wildcard of weight 0 refuses the rest", "application/vnd.kubernetes.protobuf;q=0.1, */*;q=0", protobuf},
        Case{"names are case-insensitive", "Application/JSON; Q=0.3", json},
        Case{"space around separators", "text/html ;q=1 , application/vnd.kubernetes.protobuf ; q=0.2", protobuf},
        Case{"parameters that mean nothing here", "application/json;charset=utf-8;pretty=1", json},
        Case{"a separator in quotes separates nothing", R"(application/json;x="a,b;q=0\"";q=1)", json},
        Case{"a parameter may be quoted",
             R"(application/json;as="APIGroupDiscoveryList";g="apidiscovery.k8s.io";v="v2")", aggregated},
        Case{"an unknown transformation selects nothing", "application/json;as=Table;v=v1;g=meta.k8s.io", "none"},
        Case{"nor does a known one of another group", "application/json;as=APIGroupDiscoveryList;v=v2;g=x", "none"},
        Case{"a wildcard asks for no transformation", "*/*", json},
        Case{"a malformed weight counts as 1", "application/json;q=x, application/vnd.kubernetes.protobuf;q=0.9", json},
        Case{"so does one above 1", "application/json;q=1.5, application/vnd.kubernetes.protobuf;q=0.9", json},
        Case{"no slash, no type", "application, json", "none"}, Case{"no */json", "*/json", "none"},
        Case{"another type", "text/html", "none"}, Case{"yaml", "application/yaml", "none"}));

TEST(NegotiationOfLines, TakesSeveralAsOne) {
  boost::beast::http::fields headers;
  headers.insert(boost::beast::http::field::accept, "application/json;q=0.2");
  headers.insert(boost::beast::http::field::accept, "application/vnd.kubernetes.protobuf;q=0.3");
  EXPECT_EQ(chosen(negotiate(headers, offers)), protobuf);
}

TEST(NegotiationWithoutHeader, SendsOurFirstChoice) {
  EXPECT_EQ(chosen(negotiate(boost::beast::http::fields(), offers)), json);
}

}  // namespace
}  // namespace inferno::server
