// What Kubernetes gives a pod, and kubeconfig files on disk.
#include "adapter/kubernetes/api/cluster_access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/tls/certificates.hpp"

namespace inferno::kubernetes::testing {
namespace {

using inferno::testing::CertificateAuthority;
using inferno::testing::TemporaryFolder;
using ::testing::HasSubstr;

class InCluster : public ::testing::Test {
 protected:
  InCluster() {
    folder.write("ca.crt", CertificateAuthority("kubernetes").certificate_pem());
    folder.write("token", "t0ken\n");
    folder.write("namespace", "inferno-system\n");
  }
  [[nodiscard]] std::string error() const {
    const auto access = in_cluster_access("10.96.0.1", "443", folder.path("."));
    return access ? "" : access.error().message;
  }

  TemporaryFolder folder;
};

TEST_F(InCluster, TheServiceAccountSaysWhereAndWho) {
  const auto access = in_cluster_access("10.96.0.1", "443", folder.path("."));

  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->url.display(), "https://10.96.0.1");
  EXPECT_EQ(access->tls.authorities.file, folder.path("./ca.crt"));
  EXPECT_EQ(access->token_file, folder.path("./token"));
  EXPECT_EQ(access->token, "");
  EXPECT_EQ(access->namespace_name, "inferno-system");
}

TEST_F(InCluster, TheAddressMayBeIpv6) {
  const auto access = in_cluster_access("fd00::1", "6443", folder.path("."));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->url.display(), "https://[fd00::1]:6443");
}

TEST_F(InCluster, OutsideAPodItSaysSo) {
  for (const auto& [host, port] : {std::pair{"", "443"}, std::pair{"10.96.0.1", ""}}) {
    const auto access = in_cluster_access(host, port, folder.path("."));
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().message,
              "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set (give a kubeconfig "
              "file instead)");
  }
  const auto access = in_cluster_access("10.96.0.1", "https", folder.path("."));
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().message,
            "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT make \"https://10.96.0.1:https\", which needs a port "
            "from 1 to 65535 after the colon");
}

TEST_F(InCluster, WhatIsMissingIsNamed) {
  std::filesystem::remove(folder.path("token"));
  EXPECT_EQ(error(), "the pod's service account: cannot read " + folder.path("./token") +
                         ": No such file or directory (is automountServiceAccountToken switched off?)");
  folder.write("token", "t");
  std::filesystem::remove(folder.path("ca.crt"));
  EXPECT_THAT(error(), HasSubstr("cannot read " + folder.path("./ca.crt")));
}

TEST_F(InCluster, TheNamespaceMayBeMissing) {
  std::filesystem::remove(folder.path("namespace"));
  const auto access = in_cluster_access("10.96.0.1", "443", folder.path("."));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->namespace_name, "");
}

TEST(LoadKubeconfig, FilesBesideItAreFoundAndErrorsNameIt) {
  const TemporaryFolder folder;
  folder.write("ca.crt", CertificateAuthority("kubernetes").certificate_pem());
  folder.write("token", "t0ken");
  const auto write = [&](const std::string& user) {
    return folder.write("config",
                        "{kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],"
                        " clusters: [{name: c, cluster: {server: 'https://a', certificate-authority: ca.crt}}],"
                        " users: [{name: u, user: {" +
                            user + "}}]}");
  };

  const auto access = load_kubeconfig(write("tokenFile: token"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->token_file, folder.path("token"));

  const auto without_token = load_kubeconfig(write("tokenFile: absent"));
  ASSERT_FALSE(without_token);
  EXPECT_EQ(without_token.error().message,
            folder.path("config") + ": cannot read " + folder.path("absent") + ": No such file or directory");
  const auto refused = load_kubeconfig(write("exec: {command: aws}"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(folder.path("config") + ": user \"u\" uses "));
  const auto absent = load_kubeconfig(folder.path("none"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().message, "cannot read " + folder.path("none") + ": No such file or directory");
}

}  // namespace
}  // namespace inferno::kubernetes::testing
