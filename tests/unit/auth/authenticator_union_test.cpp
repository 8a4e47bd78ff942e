#include "server/auth/authenticator.hpp"

#include "tests/support/http/await.hpp"

namespace inferno::server {
namespace {

using inferno::testing::await;
using Answer = Result<std::optional<Identity>>;

class Fixed final : public Authenticator {
 public:
  explicit Fixed(Answer answer) : answer_(std::move(answer)) {}
  boost::asio::awaitable<Answer> authenticate(Credentials /*credentials*/) override { co_return answer_; }

 private:
  Answer answer_;
};

Answer user(const std::string& name) {
  Identity identity;
  identity.name = name;
  return std::optional<Identity>(identity);
}

const Answer nobody = std::optional<Identity>{};
const Answer wrong = unauthorized("wrong");

Answer united(const std::vector<Answer>& answers) {
  std::vector<std::shared_ptr<Authenticator>> members;
  for (const auto& answer : answers) members.push_back(std::make_shared<Fixed>(answer));
  AuthenticatorUnion authenticators(std::move(members));
  const boost::beast::http::fields headers;
  return await(authenticators.authenticate({headers, nullptr}));
}

TEST(AuthenticatorUnion, TheFirstIdentityWinsEvenAfterAnError) {
  EXPECT_EQ((*united({nobody, user("alice"), user("bob")}))->name, "alice");
  EXPECT_EQ((*united({wrong, user("bob")}))->name, "bob");
}

TEST(AuthenticatorUnion, AnErrorWinsOverNothing) {
  const auto answer = united({nobody, wrong, nobody});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "wrong");
}

TEST(AuthenticatorUnion, SeveralErrorsAreToldAsOne) {
  const auto answer = united({wrong, nobody, unauthorized("wrong as well")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "wrong; wrong as well");
}

TEST(AuthenticatorUnion, OfNobodyIsNobody) {
  EXPECT_FALSE(*united({}));
  EXPECT_FALSE(*united({nobody, nobody}));
}

TEST(AuthenticatedGroup, IsOfEveryoneButTheAnonymous) {
  using ::testing::ElementsAre;
  Identity identity;
  identity.name = "alice";
  EXPECT_THAT(with_authenticated_group(identity).groups, ElementsAre("system:authenticated"));
  identity.groups = {"system:authenticated", "staff"};
  EXPECT_THAT(with_authenticated_group(identity).groups, ElementsAre("system:authenticated", "staff"));
  EXPECT_THAT(with_authenticated_group(anonymous_identity()).groups, ElementsAre("system:unauthenticated"));
  identity.name = "system:anonymous";
  identity.groups = {"staff"};
  EXPECT_THAT(with_authenticated_group(identity).groups, ElementsAre("staff"));
}

}  // namespace
}  // namespace inferno::server
