#include "adapter/http_client/base_url.hpp"

#include <gtest/gtest.h>

namespace inferno::http_client {
namespace {

BaseUrl parsed(std::string_view text) {
  auto url = parse_base_url(text);
  EXPECT_TRUE(url) << text;
  return url ? *url : BaseUrl{};
}

std::string problem(std::string_view text) {
  const auto url = parse_base_url(text);
  EXPECT_FALSE(url) << text;
  return url ? std::string() : url.error().message;
}

TEST(BaseUrl, HasDefaultsByScheme) {
  const BaseUrl plain = parsed("http://prometheus");
  EXPECT_FALSE(plain.is_tls);
  EXPECT_EQ(plain.host, "prometheus");
  EXPECT_EQ(plain.port, 80);
  EXPECT_EQ(plain.path_prefix, "");
  EXPECT_EQ(plain.authority(), "prometheus");

  const BaseUrl secured = parsed("https://prometheus/");
  EXPECT_TRUE(secured.is_tls);
  EXPECT_EQ(secured.port, 443);
  EXPECT_EQ(secured.path_prefix, "");
}

TEST(BaseUrl, KeepsPortAndPathPrefix) {
  const BaseUrl url = parsed("https://mimir.example.org:8443/team%20a/prometheus//");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path_prefix, "/team%20a/prometheus");
  EXPECT_EQ(url.display(), "https://mimir.example.org:8443/team%20a/prometheus");
}

TEST(BaseUrl, TakesAnIpv6Address) {
  const BaseUrl url = parsed("http://[::1]:9090");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 9090);
  EXPECT_EQ(url.authority(), "[::1]:9090");
}

TEST(BaseUrl, DecodesCredentialsAndNeverShowsThem) {
  const BaseUrl url = parsed("http://me:p%40ss@host:9090/x");
  EXPECT_EQ(url.basic_credentials, "me:p@ss");
  EXPECT_EQ(url.host, "host");
  EXPECT_EQ(url.display(), "http://host:9090/x");
  EXPECT_EQ(parsed("http://me@host").basic_credentials, "me:");
  EXPECT_EQ(problem("http://me:se%zzcret@host").find("cret"), std::string::npos);
  EXPECT_EQ(problem("http://me:secret@").find("secret"), std::string::npos);
}

TEST(BaseUrl, ADotAtTheEndOfANameIsForTheResolverOnly) {
  const BaseUrl url = parsed("https://prometheus.monitoring.svc.cluster.local.:9091");
  EXPECT_EQ(url.host, "prometheus.monitoring.svc.cluster.local.");
  EXPECT_EQ(url.server_name(), "prometheus.monitoring.svc.cluster.local");
  EXPECT_EQ(url.authority(), "prometheus.monitoring.svc.cluster.local:9091");
  EXPECT_EQ(problem("https://."), "needs a host after http:// or https://");
}

TEST(BaseUrl, CredentialsMayHoldEveryCharacterOnceEncoded) {
  EXPECT_EQ(parsed("http://me:a%2Fb%3Fc%23d%40e%3Af@host").basic_credentials, "me:a/b?c#d@e:f");
  EXPECT_EQ(parsed("http://me:a:b@c@host").basic_credentials, "me:a:b@c");
  EXPECT_EQ(parsed("http://me:@host").basic_credentials, "me:");
}

TEST(BaseUrl, RefusesCredentialsThatWouldBeTakenForTheHost) {
  for (const char* text : {"http://me:a/b@host", "http://me:a?b@host", "http://me/b@host", "http://me:a@b/c@host"}) {
    EXPECT_EQ(
        problem(text),
        "has a /, ? or # before an @: write them as %2F, %3F and %23 in a user or password, an @ in a path as %40");
  }
  EXPECT_EQ(problem("http://a%3Ab:c@host"), "has a colon in its user, which basic authentication can't send");
}

TEST(BaseUrl, SaysWhatIsWrong) {
  EXPECT_EQ(problem("prometheus:9090"),
            "must begin with http:// or https://, for example http://prometheus.monitoring:9090");
  EXPECT_EQ(problem("http://"), "needs a host after http:// or https://");
  EXPECT_EQ(problem("http://a b"), "needs a host after http:// or https://");
  EXPECT_EQ(problem("http://[::1"), "needs a host after http:// or https://");
  EXPECT_EQ(problem("http://a:0"), "needs a port from 1 to 65535 after the colon");
  EXPECT_EQ(problem("http://a:65536"), "needs a port from 1 to 65535 after the colon");
  EXPECT_EQ(problem("http://a:9x"), "needs a port from 1 to 65535 after the colon");
  EXPECT_EQ(problem("http://a/p?x=1"), "must not have a query or fragment: give only the part before /api/v1");
  EXPECT_EQ(problem("http://a/p x"), "has a space or another character in its path that must be percent-encoded");
}

}  // namespace
}  // namespace inferno::http_client
