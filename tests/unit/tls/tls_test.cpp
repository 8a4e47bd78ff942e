// What the server agrees to in a handshake.
#include <openssl/ssl.h>

#include "server/tls/self_signed.hpp"
#include "tests/support/http/running_server.hpp"

namespace inferno::testing {
namespace {

using server::TlsVersion;

boost::asio::awaitable<server::Response> describe(std::shared_ptr<const server::PeerCertificate> peer) {
  if (!peer) co_return text_response("none");
  std::string text = peer->common_name();
  for (const auto& organization : peer->organizations()) text += ' ' + organization;
  co_return text_response(std::move(text));
}

server::RequestHandler peer_handler() {
  return [](server::Request& /*request*/, const server::ConnectionInfo& connection) {
    return describe(connection.peer_certificate);
  };
}

bool agrees(const RunningServer& server, TlsClientOptions options) {
  TlsClient client(server.port(), std::move(options));
  return !client.try_handshake();
}

TEST(Tls, SpeaksVersions12And13AndNothingOlder) {
  const RunningServer server({}, echo_handler());
  EXPECT_TRUE(agrees(server, {.minimum_version = TLS1_3_VERSION}));
  EXPECT_TRUE(agrees(server, {.maximum_version = TLS1_2_VERSION}));
  EXPECT_FALSE(agrees(server, {.minimum_version = TLS1_VERSION, .maximum_version = TLS1_1_VERSION}));
}

TEST(Tls, TheMinimumCanBe13) {
  RunningServer::Setup setup;
  setup.tls.minimum_version = TlsVersion::tls_1_3;
  const RunningServer server(setup, echo_handler());
  EXPECT_TRUE(agrees(server, {.minimum_version = TLS1_3_VERSION}));
  EXPECT_FALSE(agrees(server, {.maximum_version = TLS1_2_VERSION}));
}

TEST(Tls, RefusesSuitesWithoutForwardSecrecyOrAuthenticatedEncryption) {
  const RunningServer server({}, echo_handler());
  const auto offers = [&server](const char* suite) {
    return agrees(server, {.maximum_version = TLS1_2_VERSION, .cipher_list = suite});
  };
  EXPECT_TRUE(offers("ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_TRUE(offers("ECDHE-ECDSA-CHACHA20-POLY1305"));
  EXPECT_FALSE(offers("ECDHE-ECDSA-AES128-SHA256"));  // CBC
  EXPECT_FALSE(offers("AES128-GCM-SHA256"));          // key exchange by RSA
}

TEST(Tls, ChoosesHttp11ByAlpnAndRefusesAClientThatOffersOnlyOthers) {
  const RunningServer server({}, echo_handler());
  EXPECT_EQ(server.connect({.alpn = "\x02h2\x08http/1.1"})->negotiated_alpn(), "http/1.1");
  EXPECT_EQ(server.connect()->negotiated_alpn(), "");
  EXPECT_FALSE(agrees(server, {.alpn = "\x02h2"}));
}

TEST(Tls, AClientCertificateIsAskedForOnlyWhereWanted) {
  const CertificateAuthority authority("clients");
  CertificateRequest request;
  request.common_name = "someone";
  request.organizations = {"group-1", "group-2"};
  const auto certificate = authority.issue(request);
  const RunningServer indifferent({}, peer_handler());
  EXPECT_EQ(indifferent.connect({.certificate = certificate})->get("/").body(), "none");

  RunningServer::Setup setup;
  setup.tls.request_client_certificate = true;
  const RunningServer interested(setup, peer_handler());
  EXPECT_EQ(interested.connect()->get("/").body(), "none");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto client =
        interested.connect({.certificate = certificate, .minimum_version = version, .maximum_version = version});
    EXPECT_EQ(client->get("/").body(), "someone group-1 group-2");
  }
}

TEST(Tls, ASelfSignedCertificateIsTrustedByWhoHasItAndValidForTheGivenNames) {
  const auto pair = server::make_self_signed_certificate({"localhost", "127.0.0.1", "::1"});
  RunningServer::Setup setup;
  setup.certificate = std::make_shared<server::TlsContextSource>(server::TlsPolicy{}, pair);
  const RunningServer server(setup, echo_handler());
  const auto client = server.connect({.authority_pem = pair.certificate_pem});
  EXPECT_EQ(client->get("/").result_int(), 200U);
  for (const char* name : {"localhost", "127.0.0.1", "::1"}) EXPECT_TRUE(client->server_is_valid_for(name)) << name;
  EXPECT_FALSE(client->server_is_valid_for("example.org"));
}

}  // namespace
}  // namespace inferno::testing
