#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "server/files/read_file.hpp"
#include "server/files/refresher.hpp"
#include "server/tls/context_source.hpp"
#include "server/tls/self_signed.hpp"
#include "tests/support/http/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace inferno::testing {
namespace {

using server::CertificatePair;
using server::TlsContextSource;
using server::TlsPolicy;
using ::testing::HasSubstr;

CertificatePair serving_certificate(const CertificateAuthority& authority, const std::string& name) {
  CertificateRequest request;
  request.common_name = name;
  request.usage = CertificateRequest::Usage::server;
  return authority.issue(request);
}

class CertificateReload : public ::testing::Test {
 protected:
  void write(const CertificatePair& pair) const {
    folder_.write("tls.key", pair.key_pem);
    folder_.write("tls.crt", pair.certificate_pem);
  }

  [[nodiscard]] TlsContextSource::Files files() const { return {folder_.path("tls.crt"), folder_.path("tls.key")}; }

  [[nodiscard]] std::shared_ptr<TlsContextSource> source() {
    return std::make_shared<TlsContextSource>(TlsPolicy{}, files(), logger_to(log_));
  }

  CertificateAuthority authority_{"authority"};
  TemporaryFolder folder_;
  std::ostringstream log_;
};

TEST_F(CertificateReload, NewConnectionsGetTheNewCertificateOldOnesLiveOn) {
  write(serving_certificate(authority_, "first"));
  RunningServer::Setup setup;
  setup.certificate = source();
  const RunningServer server(setup, echo_handler());
  const auto before = server.connect({.authority_pem = authority_.certificate_pem()});
  EXPECT_EQ(before->server_common_name(), "first");

  write(serving_certificate(authority_, "second"));
  setup.certificate->refresh();
  EXPECT_EQ(server.connect({.authority_pem = authority_.certificate_pem()})->server_common_name(), "second");
  EXPECT_EQ(before->get("/still-here").body(), "GET /still-here ");
  EXPECT_THAT(log_.str(), HasSubstr("info serving certificate reloaded from " + folder_.path("tls.crt")));
}

TEST_F(CertificateReload, FollowsTheSymbolicLinksOfAKubernetesVolume) {
  // tls.crt -> ..data/tls.crt, ..data -> the folder of one version, replaced by a rename.
  const auto publish = [this](const std::string& version) {
    const auto pair = serving_certificate(authority_, version);
    std::filesystem::create_directory(folder_.path(version));
    folder_.write(version + "/tls.crt", pair.certificate_pem);
    folder_.write(version + "/tls.key", pair.key_pem);
    std::filesystem::create_directory_symlink(version, folder_.path("..data_tmp"));
    std::filesystem::rename(folder_.path("..data_tmp"), folder_.path("..data"));
  };
  publish("first");
  std::filesystem::create_symlink("..data/tls.crt", folder_.path("tls.crt"));
  std::filesystem::create_symlink("..data/tls.key", folder_.path("tls.key"));
  RunningServer::Setup setup;
  setup.certificate = source();
  const RunningServer server(setup, echo_handler());
  publish("second");
  setup.certificate->refresh();
  EXPECT_EQ(server.connect({.authority_pem = authority_.certificate_pem()})->server_common_name(), "second");
}

TEST_F(CertificateReload, ABrokenPairKeepsTheOldOneAndIsLoggedOnce) {
  write(serving_certificate(authority_, "good"));
  RunningServer::Setup setup;
  setup.certificate = source();
  const RunningServer server(setup, echo_handler());
  const auto served = [&] {
    return server.connect({.authority_pem = authority_.certificate_pem()})->server_common_name();
  };
  struct Case {
    CertificatePair pair;
    std::string message;
  };
  const auto other = serving_certificate(authority_, "other");
  const Case cases[] = {
      {{"not a certificate", other.key_pem}, "no usable PEM certificate in " + folder_.path("tls.crt")},
      {{other.certificate_pem, "not a key"}, folder_.path("tls.key")},
      {{other.certificate_pem, serving_certificate(authority_, "a third").key_pem}, folder_.path("tls.key")},
  };
  for (const auto& [pair, message] : cases) {
    log_.str({});
    write(pair);
    setup.certificate->refresh();
    setup.certificate->refresh();
    EXPECT_EQ(served(), "good");
    EXPECT_THAT(log_.str(), HasSubstr("error serving certificate not reloaded, the previous one stays in use: "));
    EXPECT_THAT(log_.str(), HasSubstr(message));
    EXPECT_EQ(log_.str().find("error"), log_.str().rfind("error serving")) << log_.str();
  }
  log_.str({});
  std::filesystem::remove(folder_.path("tls.key"));
  setup.certificate->refresh();
  setup.certificate->refresh();
  EXPECT_THAT(log_.str(), HasSubstr("cannot read the private key " + folder_.path("tls.key") + ": No such file"));
  EXPECT_EQ(served(), "good");
  write(other);
  setup.certificate->refresh();
  EXPECT_EQ(served(), "other");
}

TEST_F(CertificateReload, WithoutAUsablePairThereIsNothingToStartWith) {
  const auto start = [this] { const TlsContextSource failing(TlsPolicy{}, files(), silent_logger()); };
  try {
    start();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot read the certificate " + folder_.path("tls.crt")));
  }
}

TEST_F(CertificateReload, UnderLoadNoRequestFails) {
  write(serving_certificate(authority_, "0"));
  RunningServer::Setup setup;
  setup.certificate = source();
  RunningServer server(setup, echo_handler());
  server::Refresher refresher(server.context().get_executor(), std::chrono::milliseconds(1));
  refresher.add([&setup] { setup.certificate->refresh(); });
  refresher.start();

  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int thread = 0; thread < 2; ++thread) {
    clients.emplace_back([&] {
      const auto kept = server.connect({.authority_pem = authority_.certificate_pem()});
      while (!stop) {
        const auto fresh = server.connect({.authority_pem = authority_.certificate_pem()});
        if (kept->get("/").result_int() == 200U && fresh->get("/").result_int() == 200U) ++answered;
      }
    });
  }
  for (int version = 1; version <= 10; ++version) {
    const std::string name = std::to_string(version);
    write(serving_certificate(authority_, name));
    while (server.connect({.authority_pem = authority_.certificate_pem()})->server_common_name() != name) {
    }
  }
  stop = true;
  for (auto& client : clients) client.join();  // a failure would have thrown there
  EXPECT_GT(answered, 0);
}

TEST_F(CertificateReload, ASelfSignedPairIsWrittenWithAPrivateKey) {
  const auto pair = server::make_self_signed_certificate({"localhost"});
  const auto written = server::write_certificate_files(pair, folder_.path("new"));
  EXPECT_EQ(server::read_file(written.certificate_file).value(), pair.certificate_pem);
  EXPECT_EQ(server::read_file(written.key_file).value(), pair.key_pem);
  struct stat status{};
  ASSERT_EQ(::stat(written.key_file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace inferno::testing
