// Kubeconfig files as kubectl, kind and cloud providers write them, and as people break them.
#include <gtest/gtest.h>

#include "adapter/http_client/base64.hpp"
#include "adapter/kubernetes/api/cluster_access.hpp"
#include "tests/support/tls/certificates.hpp"

namespace inferno::kubernetes::testing {
namespace {

using http_client::encode_base64;
using inferno::testing::CertificateAuthority;

// Of one cluster "c" and one user "u", each given as the fields of a flow map.
std::string kubeconfig(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: here\n"
         "contexts:\n- name: elsewhere\n  context: {cluster: none, user: none}\n"
         "- name: here\n  context: {cluster: c, user: u, namespace: llm}\n"
         "clusters:\n- name: c\n  cluster: {" +
         cluster +
         "}\n"
         "users:\n- name: other\n  user: {exec: {command: aws}}\n- name: u\n  user: {" +
         user + "}\n";
}

constexpr const char* server = "server: https://10.0.0.1:6443";

ClusterAccess read(const std::string& yaml) {
  const auto access = parse_kubeconfig(yaml, "/etc/adapter");
  EXPECT_TRUE(access) << access.error().message;
  return access ? *access : ClusterAccess();
}

std::string error_of(const std::string& yaml) {
  const auto access = parse_kubeconfig(yaml, "/etc/adapter");
  return access ? "" : access.error().message;
}

std::string error_of(const std::string& cluster, const std::string& user) {
  return error_of(kubeconfig(cluster, user));
}

TEST(Kubeconfig, ItsCurrentContextNamesClusterUserAndNamespace) {
  const ClusterAccess access =
      read(kubeconfig(std::string(server) + "/prefix/, tls-server-name: kubernetes", "token: t0ken"));
  EXPECT_EQ(access.url.display(), "https://10.0.0.1:6443/prefix");
  EXPECT_EQ(access.server_name, "kubernetes");
  EXPECT_EQ(access.token, "t0ken");
  EXPECT_EQ(access.namespace_name, "llm");
  EXPECT_TRUE(access.tls.authorities.empty());
  EXPECT_FALSE(access.tls.insecure_skip_verify);
}

TEST(Kubeconfig, CertificatesMayStandInIt) {
  const CertificateAuthority authority("authority");
  const auto pair = authority.issue({.common_name = "admin"});
  const ClusterAccess access =
      read(kubeconfig(std::string(server) + ", certificate-authority: ignored.crt, certificate-authority-data: " +
                          encode_base64(authority.certificate_pem()),
                      "client-certificate-data: " + encode_base64(pair.certificate_pem) +
                          ", client-key-data: " + encode_base64(pair.key_pem)));
  EXPECT_EQ(access.tls.authorities.text, authority.certificate_pem());
  EXPECT_EQ(access.tls.authorities.file, "");
  EXPECT_EQ(access.tls.certificate.text, pair.certificate_pem);
  EXPECT_EQ(access.tls.key.text, pair.key_pem);
}

TEST(Kubeconfig, RelativeFilesStartAtItsFolder) {
  const ClusterAccess access =
      read(kubeconfig(std::string(server) + ", certificate-authority: pki/../ca.crt",
                      "client-certificate: client.crt, client-key: /keys/client.key, tokenFile: ../token"));
  EXPECT_EQ(access.tls.authorities.file, "/etc/adapter/ca.crt");
  EXPECT_EQ(access.tls.certificate.file, "/etc/adapter/client.crt");
  EXPECT_EQ(access.tls.key.file, "/keys/client.key");
  EXPECT_EQ(access.token_file, "/etc/token");
}

TEST(Kubeconfig, ATokenFileBeatsAToken) {
  const ClusterAccess access = read(kubeconfig(server, "token: old, tokenFile: /token"));
  EXPECT_EQ(access.token, "");
  EXPECT_EQ(access.token_file, "/token");
}

TEST(Kubeconfig, OtherWaysToBeSomebodyAndNobody) {
  EXPECT_EQ(read(kubeconfig(server, "username: me, password: 'se:cret'")).url.basic_credentials, "me:se:cret");
  EXPECT_TRUE(read(kubeconfig("server: https://a, insecure-skip-tls-verify: true", "")).tls.insecure_skip_verify);
  EXPECT_EQ(read("{kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c}}],"
                 " clusters: [{name: c, cluster: {server: 'http://localhost:8001'}}]}")
                .url.display(),
            "http://localhost:8001");
}

TEST(Kubeconfig, WhatIsNotSupportedIsRefusedByName) {
  constexpr const char* instead = ", which is not supported: use a service account's token, or a client certificate";
  EXPECT_EQ(error_of(server, "exec: {command: aws, env: [{name: K, value: secret}]}"),
            std::string("user \"u\" uses a credential plugin (exec)") + instead);
  EXPECT_EQ(error_of(server, "auth-provider: {name: oidc}"),
            std::string("user \"u\" uses an auth provider (auth-provider)") + instead);
  EXPECT_EQ(error_of(server, "token: t, as: admin"), std::string("user \"u\" uses impersonation (as)") + instead);
  EXPECT_EQ(error_of(server, "token: t, as-groups: [system:masters]"),
            std::string("user \"u\" uses impersonation (as-groups)") + instead);
  EXPECT_EQ(error_of(std::string(server) + ", proxy-url: 'http://me:secret@proxy'", "token: t"),
            "cluster \"c\" has a proxy-url, which is not supported: give a server that can be reached without a proxy");
}

TEST(Kubeconfig, EntriesThatAreMissing) {
  EXPECT_EQ(error_of(""), "not a kubeconfig: kind: Config is expected");
  EXPECT_EQ(error_of("kind: Deployment"), "not a kubeconfig: kind: Config is expected");
  EXPECT_EQ(error_of("kind: Config"), "no current-context: choose one by 'kubectl config use-context'");
  EXPECT_EQ(error_of("{kind: Config, current-context: x}"), "context \"x\" is not among the contexts");
  EXPECT_EQ(error_of("{kind: Config, current-context: x, contexts: [{name: x, context: {user: u}}]}"),
            "context \"x\" names no cluster");
  EXPECT_EQ(error_of("{kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c}}]}"),
            "cluster \"c\" is not among the clusters");
  EXPECT_EQ(error_of("{kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],"
                     " clusters: [{name: c, cluster: {server: 'https://a'}}], users: [{name: v, user: {}}]}"),
            "user \"u\" is not among the users");
  EXPECT_EQ(error_of("a: [").substr(0, 7), "line 1:");
}

TEST(Kubeconfig, ClustersThatCannotBeUsed) {
  constexpr const char* needs_server = "cluster \"c\" needs a server such as https://10.0.0.1:6443";
  EXPECT_EQ(error_of("", "token: t"), needs_server);
  EXPECT_EQ(error_of("server: '10.0.0.1:6443'", "token: t"), needs_server);
  EXPECT_EQ(error_of("server: 'https://a?b'", "token: t"), needs_server);
  EXPECT_EQ(error_of("server: 'https://a:0'", "token: t"),
            "cluster \"c\" has an unusable server: it needs a port from 1 to 65535 after the colon");
  EXPECT_EQ(error_of("server: 'https://me:secret@a'", "token: t"),
            "cluster \"c\" has credentials in its server: give them as the user's username and password");
  EXPECT_EQ(error_of(std::string(server) + ", insecure-skip-tls-verify: 1", ""),
            "cluster \"c\" has insecure-skip-tls-verify that is neither true nor false");
  EXPECT_EQ(error_of(std::string(server) + ", insecure-skip-tls-verify: true, certificate-authority: a.crt", ""),
            "cluster \"c\" has both insecure-skip-tls-verify and a certificate-authority: choose one");
  EXPECT_EQ(error_of(std::string(server) + ", certificate-authority-data: '!'", ""),
            "cluster \"c\" has certificate-authority-data that is not base64");
  EXPECT_EQ(error_of(std::string(server) + ", certificate-authority-data: bm9uZQ==", "").substr(0, 51),
            "cluster \"c\" has unusable certificate-authority-data");
}

TEST(Kubeconfig, UsersThatCannotBeUsedAndNoSecretIsRepeated) {
  EXPECT_EQ(error_of(server, "token: 12345"), "user \"u\" has a token that is not text: put it in quotes");
  EXPECT_EQ(error_of(server, "token: secret, username: me"), "user \"u\" has both a token and a username: choose one");
  EXPECT_EQ(error_of(server, "username: 'me:secret'"), "user \"u\" has a username with a colon");
  EXPECT_EQ(error_of(server, "client-certificate: a.crt"), "user \"u\" has a client-certificate without a client-key");
  EXPECT_EQ(error_of(server, "client-key: a.key"), "user \"u\" has a client-key without a client-certificate");
  EXPECT_EQ(error_of(server, "client-certificate: a.crt, client-key-data: 'c2Vj cmV0'"),
            "user \"u\" has client-key-data that is not base64");

  const CertificateAuthority authority("authority");
  const std::string certificate = authority.issue({.common_name = "a"}).certificate_pem;
  const std::string other_key = authority.issue({.common_name = "b"}).key_pem;
  const std::string error = error_of(server, "client-certificate-data: " + encode_base64(certificate) +
                                                 ", client-key-data: " + encode_base64(other_key));
  EXPECT_EQ(error.substr(0, 67), "user \"u\" has unusable client-certificate-data and client-key-data: ");
}

}  // namespace
}  // namespace inferno::kubernetes::testing
