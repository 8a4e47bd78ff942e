// The API handler before a fake provider; requests are given as a client would write them.
#pragma once

#include <gtest/gtest.h>

#include <boost/beast/http/verb.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/api_handler.hpp"
#include "tests/unit/api/fake_provider.hpp"

namespace inferno::server {

inline const std::string protobuf_first = "application/vnd.kubernetes.protobuf, */*";
inline const std::string object_path =
    "/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/variantautoscalings.llmd.ai/chat/inferno_desired_replicas";
inline const std::string all_objects_path =
    "/apis/custom.metrics.k8s.io/v1beta2/namespaces/team-a/variantautoscalings.llmd.ai/*/inferno_desired_replicas";
inline const std::string external_path =
    "/apis/external.metrics.k8s.io/v1beta1/namespaces/team-a/inferno_desired_replicas";

struct Call {
  boost::beast::http::verb method = boost::beast::http::verb::get;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query = {};
  std::string accept = {};
  std::string if_none_match = {};
};

class ApiTest : public testing::Test {
 protected:
  ApiTest();

  Response answer(const Call& call);
  Response get(const std::string& path, const std::string& accept = {}) {
    return answer({.path = path, .accept = accept});
  }

  // A server without external metrics from here on.
  void turn_external_metrics_off();

  std::shared_ptr<FakeProvider> provider_ = std::make_shared<FakeProvider>();

 private:
  Handler handler_;
};

[[nodiscard]] std::string body(const Response& response);

// Value of a response header; empty where absent.
[[nodiscard]] std::string header(const Response& response, std::string_view name);

}  // namespace inferno::server
