#include "adapter/prometheus/client_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/tls/certificates.hpp"

namespace inferno::prometheus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClientOptions : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) const { return folder.write(name, content); }
  std::vector<std::string> problems() const {
    std::vector<std::string> lines;
    for (const OptionProblem& problem : validate(options)) lines.push_back(problem.option + ": " + problem.message);
    return lines;
  }

  PrometheusClientOptions options;
  inferno::testing::TemporaryFolder folder;
};

TEST_F(ClientOptions, DefaultsAreValid) {
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ClientOptions, NamesTheOptionAndTheFile) {
  options.url = "ftp://a";
  options.token_file = folder.path("none");
  options.ca_file = write("ca.crt", "no certificate");
  options.client_cert_file = "x";
  EXPECT_THAT(
      problems(),
      ElementsAre("prometheus-url: must begin with http:// or https://, for example http://prometheus.monitoring:9090",
                  "prometheus-token-file: cannot read " + options.token_file + ": No such file or directory",
                  "prometheus-client-cert-file: needs prometheus-client-key-file beside it"));
}

TEST_F(ClientOptions, LooksIntoTheFiles) {
  const inferno::testing::CertificateAuthority authority("authority");
  const auto pair = authority.issue({.common_name = "a", .organizations = {}});
  options.ca_file = write("ca.crt", authority.certificate_pem());
  options.token_file = write("token", " abc \n");
  options.client_cert_file = write("client.crt", pair.certificate_pem);
  options.client_key_file = write("client.key", pair.key_pem);
  EXPECT_THAT(problems(), IsEmpty());

  write("client.key", authority.issue({.common_name = "b", .organizations = {}}).key_pem);
  write("ca.crt", "no certificate");
  write("token", "\n");
  const auto found = problems();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], "prometheus-token-file: " + options.token_file + " holds no token");
  EXPECT_THAT(found[1], ::testing::StartsWith("prometheus-ca-file: " + options.ca_file + " holds no certificates"));
  EXPECT_THAT(found[2], ::testing::StartsWith("prometheus-client-cert-file: " + options.client_key_file +
                                              " holds no private key"));
}

TEST_F(ClientOptions, TakesOneKindOfCredentials) {
  options.url = "http://me:secret@host";
  options.token_file = write("token", "abc");
  options.headers = {{"authorization", "Basic abc"}};
  EXPECT_THAT(problems(),
              ElementsAre("prometheus-token-file: can't be used with credentials in prometheus-url: choose one",
                          "prometheus-header: Authorization can't be used twice, or with prometheus-token-file or "
                          "credentials in prometheus-url: choose one"));
}

TEST_F(ClientOptions, ChecksHeaders) {
  options.headers = {split_pair("no separator", ":="),
                     {"a b", "c"},
                     {"X-A", "secret\r\nX-B: c"},
                     {"content-length", "1"},
                     {"X-Ok", "é"}};
  EXPECT_THAT(problems(),
              ElementsAre("prometheus-header: needs a name and a value, for example 'X-Scope-OrgID: tenant-1'",
                          "prometheus-header: 'a b' is not a header name",
                          "prometheus-header: the value of X-A has a control character",
                          "prometheus-header: content-length is set by the client itself"));
}

TEST_F(ClientOptions, LooksIntoTheFilesOfHeaders) {
  const std::string tenant = write("tenant", " tenant-1\n");
  const std::string lines = write("lines", "a\nb\n");
  options.header_files = {{"X-Scope-OrgID", tenant}, {"X-A", folder.path("none")}, {"X-B", lines}, {"Host", tenant}};
  EXPECT_THAT(problems(),
              ElementsAre("prometheus-header-file: cannot read " + folder.path("none") + ": No such file or directory",
                          "prometheus-header-file: " + lines + " holds no single line that a header can carry",
                          "prometheus-header-file: Host is set by the client itself"));
}

TEST_F(ClientOptions, AuthorizationFromAFileIsOneKindOfCredentialsToo) {
  options.header_files = {{"Authorization", write("credentials", "Basic YWJj")}};
  EXPECT_THAT(problems(), IsEmpty());
  const std::string twice =
      "prometheus-header-file: Authorization can't be used twice, or with prometheus-token-file or credentials in "
      "prometheus-url: choose one";
  options.headers = {{"authorization", "Basic abc"}};
  EXPECT_THAT(problems(), ElementsAre(twice));
  options.headers.clear();
  options.url = "http://me:secret@host";
  EXPECT_THAT(problems(), ElementsAre(twice));
}

TEST_F(ClientOptions, QueryParametersMustNotReplaceTheQuery) {
  options.query_parameters = {{"namespace", ""}, {"", "a"}, {"query", "up"}, {"partial_response", "true"}};
  EXPECT_THAT(problems(), ElementsAre("prometheus-query-parameter: needs a name and a value, for example namespace=llm",
                                      "prometheus-query-parameter: query is set by the client itself"));
}

TEST(SplitPair, SplitsAtTheFirstSeparator) {
  const auto pair = [](const char* name, const char* value) {
    return std::pair<std::string, std::string>(name, value);
  };
  EXPECT_EQ(split_pair("X-Scope-OrgID: tenant-1", ":="), pair("X-Scope-OrgID", "tenant-1"));
  EXPECT_EQ(split_pair("X-Scope-OrgID=a=b: c", ":="), pair("X-Scope-OrgID", "a=b: c"));
  EXPECT_EQ(split_pair("Authorization: Basic YWJj==", ":="), pair("Authorization", "Basic YWJj=="));
  EXPECT_EQ(split_pair("X-Empty:", ":="), pair("X-Empty", ""));
  EXPECT_EQ(split_pair("a:b=c", "="), pair("a:b", "c"));
}

}  // namespace
}  // namespace inferno::prometheus
