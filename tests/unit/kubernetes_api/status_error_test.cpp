#include "adapter/kubernetes/api/status_error.hpp"

#include <gtest/gtest.h>

namespace inferno::kubernetes::testing {
namespace {

TEST(StatusError, ReadsTheStatusDocument) {
  const ApiFailure failure = status_failure(
      409, R"({"kind":"Status","reason":"Conflict","message":"the object has been modified","code":409})", {});
  EXPECT_EQ(failure.kind, ApiFailure::Kind::status);
  EXPECT_EQ(failure.status, 409U);
  EXPECT_EQ(failure.reason, "Conflict");
  EXPECT_EQ(failure.message, "HTTP status 409: the object has been modified");
  EXPECT_EQ(failure.retry_after, std::nullopt);
}

TEST(StatusError, SaysWhatToDoAboutMissingRights) {
  EXPECT_EQ(
      status_failure(401, R"({"kind":"Status","reason":"Unauthorized","message":"Unauthorized"})", {}).message,
      "HTTP status 401: Unauthorized (the API server does not accept the adapter's token or client certificate: has "
      "it expired?)");
  EXPECT_EQ(status_failure(403, R"({"kind":"Status","message":"pods is forbidden"})", {}).message,
            "HTTP status 403: pods is forbidden (give the adapter's user this right by a Role or ClusterRole, "
            "unless the API server has just started)");
}

TEST(StatusError, ABodyThatIsNoStatusGivesItsFirstLine) {
  EXPECT_EQ(status_failure(502, "bad gateway\r\n<html>", {}).message, "HTTP status 502: bad gateway");
  EXPECT_EQ(status_failure(500, "", {}).message, "HTTP status 500");
  EXPECT_EQ(status_failure(500, R"({"kind":"Pod","reason":"x"})", {}).reason, "");
}

TEST(StatusError, WaitsAsLongAsEitherPlaceAsks) {
  constexpr std::string_view body = R"({"kind":"Status","details":{"retryAfterSeconds":3}})";
  EXPECT_EQ(status_failure(429, body, {}).retry_after, Duration{3000});
  EXPECT_EQ(status_failure(429, body, Duration{5000}).retry_after, Duration{5000});
  EXPECT_EQ(status_failure(429, R"({"kind":"Status","details":{"retryAfterSeconds":-3}})", {}).retry_after,
            std::nullopt);
}

TEST(StatusError, RetryAfterIsSecondsOrADate) {
  constexpr std::string_view date = "Tue, 14 Nov 2023 22:13:20 GMT";
  EXPECT_EQ(parse_retry_after("7", date), Duration{7000});
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:13:50 GMT", date), Duration{30'000});
  EXPECT_EQ(parse_retry_after("Tue, 14 Nov 2023 22:13:10 GMT", date), std::nullopt);
  EXPECT_EQ(parse_retry_after("", date), std::nullopt);
  EXPECT_EQ(parse_retry_after("soon", ""), std::nullopt);
  EXPECT_EQ(parse_retry_after("999999999999", ""), Duration{24 * 60 * 60 * 1000});
}

TEST(StatusError, AnErrorEventCarriesItsOwnCode) {
  const auto document =
      nlohmann::json::parse(R"({"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"})");
  EXPECT_EQ(status_failure(document).status, 410U);
  EXPECT_EQ(status_failure(document).reason, "Expired");
  EXPECT_EQ(status_failure(document).message, "HTTP status 410: too old resource version");
  EXPECT_EQ(status_failure(nlohmann::json::object()).status, 500U);
}

}  // namespace
}  // namespace inferno::kubernetes::testing
