#include "server/auth/token_file_authenticator.hpp"

#include <sstream>

#include "tests/support/http/await.hpp"
#include "tests/support/http/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using inferno::testing::logger_to;
using inferno::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

class TokenFileAuthenticatorTest : public ::testing::Test {
 protected:
  static Result<std::optional<Identity>> ask(TokenFileAuthenticator& authenticator, std::string_view authorization) {
    boost::beast::http::fields headers;
    if (!authorization.empty()) headers.set(boost::beast::http::field::authorization, authorization);
    return await(authenticator.authenticate({headers, nullptr}));
  }

  TemporaryFolder folder_;
  std::ostringstream log_;
};

TEST_F(TokenFileAuthenticatorTest, AListedTokenIsItsUser) {
  folder_.write("tokens.csv", "secret,alice,1,admins\n");
  TokenFileAuthenticator authenticator(folder_.path("tokens.csv"), logger_to(log_));
  for (const char* authorization : {"Bearer secret", "bearer secret", "BEARER   secret"}) {
    const auto identity = ask(authenticator, authorization);
    ASSERT_TRUE(identity && *identity) << authorization;
    EXPECT_EQ((*identity)->name, "alice");
  }
}

TEST_F(TokenFileAuthenticatorTest, AnUnknownTokenIsAnErrorThatDoesNotRepeatIt) {
  folder_.write("tokens.csv", "secret,alice,1\n");
  TokenFileAuthenticator authenticator(folder_.path("tokens.csv"), logger_to(log_));
  const auto identity = ask(authenticator, "Bearer guessed");
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().reason, ErrorReason::unauthorized);
  EXPECT_THAT(identity.error().message, Not(HasSubstr("guessed")));
}

TEST_F(TokenFileAuthenticatorTest, NoBearerTokenIsNoCredential) {
  folder_.write("tokens.csv", "secret,alice,1\n");
  TokenFileAuthenticator authenticator(folder_.path("tokens.csv"), logger_to(log_));
  for (const char* authorization : {"", "Basic c2VjcmV0", "Bearer", "Bearer ", "secret"}) {
    const auto identity = ask(authenticator, authorization);
    ASSERT_TRUE(identity) << authorization;
    EXPECT_FALSE(*identity) << authorization;
  }
}

TEST_F(TokenFileAuthenticatorTest, TakesOverANewFileAndKeepsTheOldOneWhereItIsBroken) {
  folder_.write("tokens.csv", "secret,alice,1\n");
  TokenFileAuthenticator authenticator(folder_.path("tokens.csv"), logger_to(log_));
  folder_.write("tokens.csv", "other,bob,2\n");
  authenticator.refresh();
  EXPECT_FALSE(ask(authenticator, "Bearer secret"));
  ASSERT_TRUE(ask(authenticator, "Bearer other"));

  folder_.write("tokens.csv", "other,bob,2\nbroken\n");
  authenticator.refresh();
  authenticator.refresh();
  EXPECT_TRUE(ask(authenticator, "Bearer other"));
  EXPECT_THAT(log_.str(), HasSubstr("error token file not reloaded, the previous one stays in use: " +
                                    folder_.path("tokens.csv") + ": line 2: "));
  EXPECT_EQ(log_.str().find("error token file"), log_.str().rfind("error token file"));
}

TEST_F(TokenFileAuthenticatorTest, DoesNotStartWithoutAUsableFile) {
  const auto message = [this] {
    try {
      const TokenFileAuthenticator authenticator(folder_.path("tokens.csv"), logger_to(log_));
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("started");
  };
  EXPECT_THAT(message(), HasSubstr("cannot read the token file " + folder_.path("tokens.csv") + ": No such file"));
  folder_.write("tokens.csv", "broken\n");
  EXPECT_THAT(message(), HasSubstr(folder_.path("tokens.csv") + ": line 1: a token line needs at least"));
}

}  // namespace
}  // namespace inferno::server
