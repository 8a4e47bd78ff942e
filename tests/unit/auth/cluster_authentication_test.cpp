#include "server/auth/cluster_authentication.hpp"

#include <sstream>
#include <thread>

#include "tests/support/http/running_server.hpp"
#include "tests/unit/auth/cluster_fixture.hpp"

namespace inferno::server {
namespace {

using ::testing::HasSubstr;

class ClusterAuthenticationTest : public ::testing::Test {
 protected:
  inferno::testing::Cluster cluster_;
  std::ostringstream log_;
  ClusterAuthentication authentication_{inferno::testing::logger_to(log_)};
};

TEST_F(ClusterAuthenticationTest, BeforeItIsReadNobodyCanBeJudged) {
  EXPECT_EQ(authentication_.problem(),
            "the ConfigMap kube-system/extension-apiserver-authentication has not been read yet");
  const auto authorities = authentication_.client_authorities();
  ASSERT_FALSE(authorities);
  EXPECT_EQ(authorities.error().reason, ErrorReason::service_unavailable);
  authentication_.update(cluster_.data());
  EXPECT_EQ(authentication_.problem(), std::nullopt);
  EXPECT_TRUE(authentication_.client_authorities());
}

TEST_F(ClusterAuthenticationTest, AFirstContentThatCannotBeUsedIsTold) {
  authentication_.update({});
  EXPECT_EQ(authentication_.problem(),
            "the ConfigMap kube-system/extension-apiserver-authentication can't be used: client-ca-file and "
            "requestheader-client-ca-file are both missing");
  EXPECT_THAT(log_.str(), HasSubstr("error the ConfigMap kube-system/extension-apiserver-authentication can't be used: "
                                    "client-ca-file and requestheader-client-ca-file are both missing"));
}

TEST_F(ClusterAuthenticationTest, ABrokenUpdateChangesNothingAndIsToldOnce) {
  authentication_.update(cluster_.data());
  const auto good = authentication_.current();
  auto broken = cluster_.data();
  broken["requestheader-client-ca-file"] = "garbage";
  log_.str({});
  authentication_.update(broken);
  authentication_.update(broken);
  EXPECT_EQ(authentication_.current(), good);
  EXPECT_EQ(authentication_.problem(), std::nullopt);
  EXPECT_EQ(log_.str(),
            "error the ConfigMap kube-system/extension-apiserver-authentication can't be used, its previous content "
            "stays in use: requestheader-client-ca-file holds no usable PEM certificates\n");
  authentication_.update(cluster_.data());
  EXPECT_NE(authentication_.current(), good);
}

TEST_F(ClusterAuthenticationTest, WarnsOfWhatAClusterLacks) {
  auto data = cluster_.data();
  data.erase("client-ca-file");
  authentication_.update(data);
  EXPECT_THAT(log_.str(), HasSubstr("warning the ConfigMap kube-system/extension-apiserver-authentication names no "
                                    "client CA: client certificates are refused"));
  ASSERT_TRUE(authentication_.client_authorities());
  EXPECT_EQ(*authentication_.client_authorities(), nullptr);
}

TEST_F(ClusterAuthenticationTest, IsReplacedWhileItIsUsed) {
  const auto admin = cluster_.admin();
  authentication_.update(cluster_.data());
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&] {
      for (int at = 0; at < 200; ++at) {
        if (!(*authentication_.client_authorities())->fault_of(*admin).empty()) ++refused;
      }
    });
  }
  const inferno::testing::CertificateAuthority further("further");
  for (int at = 0; at < 50; ++at) {
    auto data = cluster_.data();
    if (at % 2 == 0) data["client-ca-file"] += further.certificate_pem();
    authentication_.update(data);
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace inferno::server
