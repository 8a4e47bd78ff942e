#include "server/auth/authentication_config.hpp"

#include "tests/support/tls/certificates.hpp"

namespace inferno::server {
namespace {

using inferno::testing::CertificateAuthority;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string& pem() {
  static const std::string text = CertificateAuthority("some").certificate_pem();
  return text;
}

std::string fault_of(const std::map<std::string, std::string>& data) {
  const auto config = parse_authentication_config(data);
  return config ? "none" : config.error().message;
}

TEST(AuthenticationConfig, IsReadFromTheKeysThatTheApiServerWrites) {
  const auto config = parse_authentication_config({
      {"client-ca-file", pem()},
      {"requestheader-client-ca-file", "# the front proxy's\n" + pem() + pem()},
      {"requestheader-allowed-names", R"(["front-proxy-client","other"])"},
      {"requestheader-username-headers", R"(["X-Remote-User"])"},
      {"requestheader-uid-headers", R"(["X-Remote-Uid"])"},
      {"requestheader-group-headers", R"([" X-Remote-Group ","X-More-Groups"])"},
      {"requestheader-extra-headers-prefix", R"(["X-Remote-Extra-"])"},
      {"some-later-key", "what it says is not for this version"},
  });
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->client_authorities);
  EXPECT_TRUE(config->front_proxy_authorities);
  EXPECT_THAT(config->allowed_names, ElementsAre("front-proxy-client", "other"));
  EXPECT_THAT(config->username_headers, ElementsAre("X-Remote-User"));
  EXPECT_THAT(config->uid_headers, ElementsAre("X-Remote-Uid"));
  EXPECT_THAT(config->group_headers, ElementsAre("X-Remote-Group", "X-More-Groups"));
  EXPECT_THAT(config->extra_header_prefixes, ElementsAre("X-Remote-Extra-"));
}

TEST(AuthenticationConfig, WithoutAKeyHasNothingOfItsKind) {
  const auto config = parse_authentication_config({{"client-ca-file", pem()}, {"requestheader-allowed-names", "null"}});
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->front_proxy_authorities);
  EXPECT_THAT(config->allowed_names, IsEmpty());
  EXPECT_THAT(config->username_headers, IsEmpty());
}

TEST(AuthenticationConfig, NamesTheKeyThatCannotBeUsed) {
  EXPECT_EQ(fault_of({}), "client-ca-file and requestheader-client-ca-file are both missing");
  EXPECT_EQ(fault_of({{"client-ca-file", "garbage"}}), "client-ca-file holds no usable PEM certificates");
  EXPECT_EQ(fault_of({{"client-ca-file", pem()},
                      {"requestheader-client-ca-file",
                       "-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n"}}),
            "requestheader-client-ca-file holds no usable PEM certificates");
  for (const char* text : {"front-proxy-client", R"({"0":"front-proxy-client"})", R"("front-proxy-client")", "[1]",
                           R"(["front-proxy-client")"}) {
    EXPECT_EQ(fault_of({{"client-ca-file", pem()}, {"requestheader-allowed-names", text}}),
              "requestheader-allowed-names must be a JSON array of strings")
        << text;
  }
  EXPECT_EQ(fault_of({{"client-ca-file", pem()}, {"requestheader-group-headers", R"(["X-Remote-Group"," "])"}}),
            "requestheader-group-headers names an empty header");
}

}  // namespace
}  // namespace inferno::server
