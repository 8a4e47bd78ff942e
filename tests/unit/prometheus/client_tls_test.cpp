// The client over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tls/certificates.hpp"
#include "tests/unit/prometheus/client_fixture.hpp"

namespace inferno::prometheus::testing {
namespace {

namespace ssl = boost::asio::ssl;
using inferno::testing::CertificateAuthority;
using inferno::testing::CertificateRequest;
using ::testing::HasSubstr;

std::shared_ptr<ssl::context> server_context(const CertificateAuthority& signer,
                                             const CertificateAuthority* client_signer = nullptr) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  const auto pair =
      signer.issue({.common_name = "server", .organizations = {}, .usage = CertificateRequest::Usage::server});
  context->use_certificate_chain(boost::asio::buffer(pair.certificate_pem));
  context->use_private_key(boost::asio::buffer(pair.key_pem), ssl::context::pem);
  if (client_signer != nullptr) {
    context->add_certificate_authority(boost::asio::buffer(client_signer->certificate_pem()));
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
  return context;
}

class ClientTlsTest : public ClientFixture {
 protected:
  void write_client_certificate(const CertificateAuthority& signer) {
    const auto pair = signer.issue({.common_name = "adapter", .organizations = {}});
    write_file("client.crt", pair.certificate_pem);
    write_file("client.key", pair.key_pem);
    options.client_cert_file = file("client.crt");
    options.client_key_file = file("client.key");
  }

  CertificateAuthority authority{"authority"};
  CertificateAuthority other_authority{"other"};
};

TEST_F(ClientTlsTest, TrustsWhatTheCaFileSigned) {
  serve(server_context(authority));
  write_file("ca.crt", other_authority.certificate_pem() + authority.certificate_pem());
  options.ca_file = file("ca.crt");
  server->add(answer(one_sample));
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());

  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(ClientTlsTest, RefusesAnotherSigner) {
  serve(server_context(authority));
  write_file("ca.crt", other_authority.certificate_pem());
  options.ca_file = file("ca.crt");

  const QueryError error = ask_in_vain();

  EXPECT_EQ(error.kind, QueryErrorKind::unreachable);
  EXPECT_EQ(error.message, "URL: the certificate is not trusted: unable to get local issuer certificate");
  EXPECT_TRUE(server->requests().empty());
}

TEST_F(ClientTlsTest, RefusesACertificateForAnotherName) {
  // Its certificate names 127.0.0.1 only.
  server = std::make_unique<ScriptedServer>(context, server_context(authority), "127.0.0.2");
  options.url = server->url();
  write_file("ca.crt", authority.certificate_pem());
  options.ca_file = file("ca.crt");

  const QueryError error = ask_in_vain();

  EXPECT_EQ(error.message, "URL: the certificate is not trusted: IP address mismatch");
}

TEST_F(ClientTlsTest, VerifiesNothingWhenToldSo) {
  serve(server_context(authority));
  options.insecure_skip_verify = true;
  server->add(answer(one_sample));

  EXPECT_TRUE(ask());
}

TEST_F(ClientTlsTest, FollowsAChangedCaFile) {
  serve(server_context(authority));
  write_file("ca.crt", other_authority.certificate_pem());
  options.ca_file = file("ca.crt");
  server->add(answer(one_sample));
  ASSERT_FALSE(ask());

  write_file("ca.crt", authority.certificate_pem());

  EXPECT_TRUE(ask());
}

TEST_F(ClientTlsTest, ShowsItsCertificate) {
  serve(server_context(authority, &other_authority));
  write_file("ca.crt", authority.certificate_pem());
  options.ca_file = file("ca.crt");
  write_client_certificate(other_authority);
  server->add(answer(one_sample));

  const auto result = ask();

  EXPECT_TRUE(result) << result.error().message;
}

TEST_F(ClientTlsTest, SaysThatTheServerRefusedItsCertificate) {
  serve(server_context(authority, &other_authority));
  write_file("ca.crt", authority.certificate_pem());
  options.ca_file = file("ca.crt");
  write_client_certificate(authority);

  const QueryError error = ask_in_vain();

  EXPECT_EQ(error.kind, QueryErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr("alert unknown ca"));
}

TEST_F(ClientTlsTest, AChangedClientCertificateIsUsedForTheNextQuery) {
  serve(server_context(authority, &other_authority));
  write_file("ca.crt", authority.certificate_pem());
  options.ca_file = file("ca.crt");
  write_client_certificate(other_authority);
  server->add(answer(one_sample));
  server->add(answer(one_sample));
  server->add(answer(one_sample));

  ASSERT_TRUE(ask());
  write_client_certificate(other_authority);
  ASSERT_TRUE(ask());
  EXPECT_EQ(server->connections(), 2U);

  // In the middle of a rotation the key does not fit the certificate: the last pair that did goes on.
  write_file("client.key", authority.issue({.common_name = "adapter", .organizations = {}}).key_pem);
  const auto result = ask();
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_EQ(server->connections(), 2U);
}

TEST_F(ClientTlsTest, AServerThatSpeaksNoTlsIsSaidToFail) {
  serve();
  options.url.replace(0, 4, "https");
  options.insecure_skip_verify = true;
  const QueryError error = ask_in_vain();
  EXPECT_EQ(error.kind, QueryErrorKind::unreachable);
  EXPECT_THAT(error.message, HasSubstr("URL: TLS handshake failed: "));
}

}  // namespace
}  // namespace inferno::prometheus::testing
