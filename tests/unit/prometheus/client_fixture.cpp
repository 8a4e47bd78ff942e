#include "tests/unit/prometheus/client_fixture.hpp"

#include <prometheus/text_serializer.h>

#include "tests/support/ask.hpp"

namespace inferno::prometheus::testing {

ClientFixture::ClientFixture() {
  options.deadline = std::chrono::seconds{30};
  query.expression = "up";
  query.start = query.end = TimePoint{std::chrono::seconds{1'700'000'000}};
}

void ClientFixture::serve(std::shared_ptr<boost::asio::ssl::context> tls) {
  server = std::make_unique<ScriptedServer>(context, std::move(tls));
  options.url = server->url();
}

QueryResult<QueryReport> ClientFixture::ask(const RangeQuery& asked) {
  if (!client) make_client();
  return inferno::testing::ask(context, *client, asked, visitor);
}

QueryError ClientFixture::ask_in_vain() {
  const auto result = ask();
  EXPECT_FALSE(result);
  if (result) return {};
  QueryError error = result.error();
  const std::size_t at = error.message.find(options.url);
  EXPECT_NE(at, std::string::npos) << error.message;
  if (at != std::string::npos) error.message.replace(at, options.url.size(), "URL");
  return error;
}

std::string ClientFixture::exposition() const {
  return ::prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace inferno::prometheus::testing
