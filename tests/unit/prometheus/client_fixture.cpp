#include "tests/unit/prometheus/client_fixture.hpp"

#include <prometheus/text_serializer.h>

#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>

namespace inferno::prometheus::testing {

ClientFixture::ClientFixture() {
  std::string name = (std::filesystem::temp_directory_path() / "inferno-client-XXXXXX").string();
  folder = ::mkdtemp(name.data());
  options.deadline = std::chrono::seconds{30};
  query.expression = "up";
  query.start = query.end = TimePoint{std::chrono::seconds{1'700'000'000}};
}

ClientFixture::~ClientFixture() {
  std::filesystem::remove_all(folder);
}

void ClientFixture::serve(std::shared_ptr<boost::asio::ssl::context> tls) {
  server = std::make_unique<ScriptedServer>(context, std::move(tls));
  options.url = server->url();
}

QueryResult<QueryReport> ClientFixture::ask(const RangeQuery& asked) {
  if (!client) make_client();
  std::optional<QueryResult<QueryReport>> result;
  boost::asio::co_spawn(context, client->query_range(asked, visitor),
                        [&](const std::exception_ptr& thrown, QueryResult<QueryReport> answer) {
                          if (thrown) std::rethrow_exception(thrown);
                          result = std::move(answer);
                        });
  context.restart();  // it stops whenever there is nothing to do
  while (!result) context.run_one();
  return *result;
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

void ClientFixture::write_file(const std::string& name, const std::string& content) const {
  // By rename, as everything that rotates files does.
  const std::filesystem::path temporary = folder / (name + ".new");
  std::ofstream(temporary, std::ios::binary) << content;
  std::filesystem::rename(temporary, folder / name);
}

}  // namespace inferno::prometheus::testing
