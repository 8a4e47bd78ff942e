#include "server/auth/request_header_authenticator.hpp"

#include "tests/support/http/await.hpp"
#include "tests/support/http/running_server.hpp"
#include "tests/unit/auth/cluster_fixture.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using inferno::testing::Cluster;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

using Headers = std::vector<std::pair<std::string, std::string>>;

class RequestHeader : public ::testing::Test {
 protected:
  RequestHeader() { configuration_->update(cluster_.data()); }

  Result<std::optional<Identity>> ask(const Cluster::Shown& certificate, const Headers& headers) {
    boost::beast::http::fields fields;
    for (const auto& [name, value] : headers) fields.insert(name, value);
    return await(authenticator_.authenticate({fields, certificate.get()}));
  }

  void update(const std::string& key, const std::string& value) {
    auto data = cluster_.data();
    data[key] = value;
    configuration_->update(data);
  }

  Cluster cluster_;
  std::shared_ptr<ClusterAuthentication> configuration_ =
      std::make_shared<ClusterAuthentication>(inferno::testing::silent_logger());
  RequestHeaderAuthenticator authenticator_{configuration_};
};

const Headers alice = {{"X-Remote-User", "alice"}};

TEST_F(RequestHeader, TheFrontProxyNamesTheUser) {
  const auto answer = ask(cluster_.aggregator(), {{"X-Remote-User", "alice"},
                                                  {"x-remote-uid", "1-2"},
                                                  {"X-Remote-Group", "staff"},
                                                  {"X-REMOTE-GROUP", "system:authenticated"},
                                                  {"X-Remote-Group", ""}});
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->name, "alice");
  EXPECT_EQ((*answer)->uid, "1-2");
  EXPECT_THAT((*answer)->groups, ElementsAre("staff", "system:authenticated"));
  EXPECT_THAT((*answer)->extra, IsEmpty());
}

TEST_F(RequestHeader, ExtraKeysAreLowerCaseAndDecoded) {
  const auto answer =
      ask(cluster_.aggregator(), {{"X-Remote-User", "alice"},
                                  {"X-Remote-Extra-Authentication.kubernetes.io%2fcredential-Id", "JTI=1"},
                                  {"X-Remote-Extra-Scopes", "read"},
                                  {"x-remote-extra-scopes", "write"},
                                  {"X-Remote-Extra-Half%2", "kept"}});
  ASSERT_TRUE(answer && *answer);
  EXPECT_THAT((*answer)->extra,
              ElementsAre(Pair("authentication.kubernetes.io/credential-id", ElementsAre("JTI=1")),
                          Pair("scopes", ElementsAre("read", "write")), Pair("half%2", ElementsAre("kept"))));
}

TEST_F(RequestHeader, HeadersFollowTheConfiguration) {
  update("requestheader-username-headers", R"(["X-First","X-Second"])");
  EXPECT_EQ((*ask(cluster_.aggregator(), {{"X-Second", "bob"}, {"X-First", ""}}))->name, "bob");
  EXPECT_EQ((*ask(cluster_.aggregator(), {{"X-Second", "bob"}, {"X-First", "alice"}}))->name, "alice");
  EXPECT_FALSE(*ask(cluster_.aggregator(), alice));
}

TEST_F(RequestHeader, WithoutACertificateHeadersSayNothing) {
  const auto answer = ask(nullptr, alice);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
}

TEST_F(RequestHeader, UnderAnotherCertificateHeadersAreAnError) {
  for (const auto& certificate : {Cluster::stranger(), cluster_.admin()}) {
    const auto answer = ask(certificate, alice);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, ErrorReason::unauthorized);
    EXPECT_THAT(answer.error().message, HasSubstr("the client certificate is not a front proxy's: "));
  }
}

TEST_F(RequestHeader, OnlyAllowedNamesAreFrontProxies) {
  const auto other = inferno::testing::shown_certificate(cluster_.front_proxies.issue({.common_name = "other"}));
  EXPECT_EQ(ask(other, alice).error().message,
            "Unauthorized: the client certificate is not a front proxy's: its common name \"other\" is not one of "
            "requestheader-allowed-names");
  update("requestheader-allowed-names", "[]");
  EXPECT_EQ((*ask(other, alice))->name, "alice");
}

TEST_F(RequestHeader, AServersCertificateIsNoFrontProxys) {
  using Usage = inferno::testing::CertificateRequest::Usage;
  const auto serving = inferno::testing::shown_certificate(
      cluster_.front_proxies.issue({.common_name = "front-proxy-client", .usage = Usage::server}));
  EXPECT_THAT(ask(serving, alice).error().message, HasSubstr("purpose"));
}

TEST_F(RequestHeader, AFrontProxyThatNamesNobodyIsNoCredential) {
  const auto answer = ask(cluster_.aggregator(), {{"X-Remote-Group", "system:masters"}});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
}

TEST_F(RequestHeader, AReplacedAuthorityTakesEffectAtOnce) {
  const auto old = cluster_.aggregator();
  EXPECT_TRUE(ask(old, alice));
  const inferno::testing::CertificateAuthority successor("front-proxy-ca");
  update("requestheader-client-ca-file", successor.certificate_pem());
  EXPECT_FALSE(ask(old, alice));
  const auto fresh = inferno::testing::shown_certificate(successor.issue({.common_name = "front-proxy-client"}));
  EXPECT_EQ((*ask(fresh, alice))->name, "alice");
}

}  // namespace
}  // namespace inferno::server
