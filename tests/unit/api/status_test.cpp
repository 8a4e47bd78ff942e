// metav1.Status, field by field; the protobuf bytes were decoded with k8s.io/apimachinery and compared to the JSON.
#include "server/api/status.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/api/api_errors.hpp"
#include "tests/unit/api/golden.hpp"

namespace inferno::server {
namespace {

ApiError full_error() {
  ApiError error;
  error.reason = ErrorReason::too_many_requests;
  error.message = "busy: \"later\"\n";
  error.group = "llmd.ai";
  error.kind = "variantautoscalings";
  error.name = "chat";
  error.causes = {{"labelSelector", "wrong"}, {"", "no field"}};
  error.retry_after_seconds = 3;
  return error;
}

TEST(Status, SaysEverythingTheErrorSays) {
  EXPECT_EQ(
      render_status(full_error()),
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"busy: \"later\"\n",)"
      R"("reason":"TooManyRequests","details":{"name":"chat","group":"llmd.ai","kind":"variantautoscalings",)"
      R"("causes":[{"message":"wrong","field":"labelSelector"},{"message":"no field"}],"retryAfterSeconds":3},"code":429})");
}

TEST(Status, LeavesOutDetailsWhereThereAreNone) {
  EXPECT_EQ(render_status(path_not_found()),
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
            R"("message":"the server could not find the requested resource","reason":"NotFound","code":404})");
}

TEST(Status, IsProtobufToThoseWhoAsk) {
  EXPECT_EQ(to_hex(render_status(full_error(), Encoding::protobuf)), golden("status"));
  EXPECT_EQ(status_response(full_error(), Encoding::protobuf).content_type, "application/vnd.kubernetes.protobuf");
}

TEST(Status, HasKubernetesReasonAndCode) {
  using enum ErrorReason;
  const std::vector<std::tuple<ErrorReason, unsigned, std::string>> expected{
      {bad_request, 400, "BadRequest"},
      {unauthorized, 401, "Unauthorized"},
      {forbidden, 403, "Forbidden"},
      {not_found, 404, "NotFound"},
      {ErrorReason::method_not_allowed, 405, "MethodNotAllowed"},
      {ErrorReason::not_acceptable, 406, "NotAcceptable"},
      {request_entity_too_large, 413, "RequestEntityTooLarge"},
      {invalid, 422, "Invalid"},
      {too_many_requests, 429, "TooManyRequests"},
      {header_fields_too_large, 431, ""},
      {internal_error, 500, "InternalError"},
      {service_unavailable, 503, "ServiceUnavailable"},
      {timeout, 504, "Timeout"},
  };
  for (const auto& [reason, code, name] : expected) {
    EXPECT_EQ(http_code(reason), code) << name;
    EXPECT_EQ(status_reason(reason), name) << code;
  }
}

using Headers = std::vector<std::pair<std::string, std::string>>;

TEST(StatusResponse, SaysWhenToComeBack) {
  const Response response = status_response(full_error());
  EXPECT_EQ(response.status, 429U);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.headers, (Headers{{"Retry-After", "3"}}));
}

TEST(StatusResponse, ChallengesWhoIsNotKnown) {
  ApiError error;
  error.reason = ErrorReason::unauthorized;
  EXPECT_EQ(status_response(error).headers, (Headers{{"WWW-Authenticate", "Bearer"}}));
}

TEST(Status, StaysValidJsonWhateverTheMessage) {
  ApiError error = path_not_found();
  error.message = "a\x01\x1f\t\\\xff\xc3\xa4\xed\xa0\x80\xf0\x9f\x98\x80\xc3";
  EXPECT_EQ(render_status(error),
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\""
            "a\\u0001\\u001f\\t\\\\\xEF\xBF\xBD\xc3\xa4\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xf0\x9f\x98\x80\xEF\xBF\xBD"
            "\",\"reason\":\"NotFound\",\"code\":404}");
}

}  // namespace
}  // namespace inferno::server
