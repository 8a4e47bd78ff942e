// Client certificates, as they arrive: over real handshakes.
#include <sstream>

#include "server/auth/client_authority_file.hpp"
#include "server/auth/client_certificate_authenticator.hpp"
#include "tests/support/http/await.hpp"
#include "tests/support/http/running_server.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tls/shown_certificate.hpp"

namespace inferno::testing {
namespace {

using server::ClientCertificateAuthenticator;
using ::testing::HasSubstr;

boost::asio::awaitable<server::Response> describe(std::shared_ptr<ClientCertificateAuthenticator> authenticator,
                                                  const server::Request& request,
                                                  const server::ConnectionInfo& connection) {
  const server::Credentials credentials{request.headers, connection.peer_certificate.get()};
  const auto identity = co_await authenticator->authenticate(credentials);
  if (!identity) co_return text_response("error: " + identity.error().message);
  if (!*identity) co_return text_response("nobody");
  std::string text = (*identity)->name;
  if (!(*identity)->uid.empty()) text += " uid " + (*identity)->uid;
  for (const auto& group : (*identity)->groups) text += ' ' + group;
  co_return text_response(std::move(text));
}

class ClientCertificate : public ::testing::Test {
 protected:
  ClientCertificate() {
    folder_.write("ca.crt", authority_.certificate_pem());
    file_ =
        std::make_shared<server::ClientAuthorityFile>(folder_.path("ca.crt"), logger_to(log_), [this] { return now_; });
    authenticator_ = std::make_shared<ClientCertificateAuthenticator>(file_);
    RunningServer::Setup setup;
    setup.tls.request_client_certificate = true;
    server_ = std::make_unique<RunningServer>(
        setup, [this](server::Request& request, const server::ConnectionInfo& connection) {
          return describe(authenticator_, request, connection);
        });
  }

  std::string known_as(std::optional<server::CertificatePair> certificate) {
    TlsClientOptions options;
    options.certificate = std::move(certificate);
    return server_->connect(std::move(options))->get("/").body();
  }

  CertificateAuthority authority_{"clients"};
  TemporaryFolder folder_;
  std::ostringstream log_;
  std::chrono::steady_clock::time_point now_;
  std::shared_ptr<server::ClientAuthorityFile> file_;
  std::shared_ptr<ClientCertificateAuthenticator> authenticator_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(ClientCertificate, CommonNameIsTheUserAndOrganizationsAreTheGroups) {
  EXPECT_EQ(known_as(authority_.issue({.common_name = "alice", .organizations = {"admins", "staff"}})),
            "alice admins staff");
}

TEST_F(ClientCertificate, MayHoldOneUserId) {
  EXPECT_EQ(known_as(authority_.issue({.common_name = "alice", .user_ids = {"1-2"}})), "alice uid 1-2");
  EXPECT_THAT(known_as(authority_.issue({.common_name = "alice", .user_ids = {"1", "2"}})),
              HasSubstr("error: Unauthorized: the client certificate's subject must hold at most one UID"));
}

TEST_F(ClientCertificate, IsToldApartByItsFingerprint) {
  const auto certificate = shown_certificate(authority_.issue({.common_name = "alice"}));
  const boost::beast::http::fields headers;
  const auto identity = await(authenticator_->authenticate({headers, certificate.get()}));
  ASSERT_TRUE(identity && *identity);
  ASSERT_EQ((*identity)->extra.size(), 1U);
  EXPECT_EQ((*identity)->extra[0].first, "authentication.kubernetes.io/credential-id");
  EXPECT_THAT((*identity)->extra[0].second, ::testing::ElementsAre(::testing::MatchesRegex("X509SHA256=[0-9a-f]{64}")));
}

TEST_F(ClientCertificate, NoneIsNoCredential) {
  EXPECT_EQ(known_as(std::nullopt), "nobody");
}

TEST_F(ClientCertificate, OneThatIsNotGoodIsAnErrorNotAFailedHandshake) {
  const CertificateAuthority stranger("clients");  // of the same name, too
  using Usage = CertificateRequest::Usage;
  EXPECT_THAT(known_as(stranger.issue({.common_name = "alice"})),
              HasSubstr("error: Unauthorized: the client certificate was not accepted: "));
  EXPECT_THAT(known_as(authority_.issue({.common_name = "alice", .valid_to_seconds = -30})), HasSubstr("expired"));
  EXPECT_THAT(known_as(authority_.issue({.common_name = "alice", .valid_from_seconds = 3600})),
              HasSubstr("not yet valid"));
  EXPECT_THAT(known_as(authority_.issue({.common_name = "alice", .usage = Usage::server})), HasSubstr("purpose"));
  EXPECT_THAT(known_as(authority_.issue({.organizations = {"admins"}})), HasSubstr("no common name"));
}

TEST_F(ClientCertificate, AReplacedAuthorityTakesEffectOnOpenConnections) {
  TlsClientOptions options;
  options.certificate = authority_.issue({.common_name = "alice"});
  const auto client = server_->connect(options);
  EXPECT_EQ(client->get("/").body(), "alice");
  const CertificateAuthority successor("successor");
  folder_.write("ca.crt", successor.certificate_pem());
  file_->refresh();
  EXPECT_THAT(client->get("/").body(), HasSubstr("error: "));
  EXPECT_EQ(known_as(successor.issue({.common_name = "bob"})), "bob");
}

TEST_F(ClientCertificate, SeveralAuthoritiesMayShareAFileAndABrokenFileChangesNothing) {
  const CertificateAuthority second("second");
  folder_.write("ca.crt", authority_.certificate_pem() + second.certificate_pem());
  file_->refresh();
  folder_.write("ca.crt", "garbage");
  file_->refresh();
  EXPECT_EQ(known_as(authority_.issue({.common_name = "alice"})), "alice");
  EXPECT_EQ(known_as(second.issue({.common_name = "bob"})), "bob");
  EXPECT_THAT(log_.str(), HasSubstr("error client CA file not reloaded, the previous one stays in use: " +
                                    folder_.path("ca.crt") + ": it holds no usable PEM certificates"));
}

}  // namespace
}  // namespace inferno::testing
