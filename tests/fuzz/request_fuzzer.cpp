// A request target and an Accept header, on two lines: whatever they are, the answer is well formed and blames the
// client alone.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/http/field.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "server/api/api_handler.hpp"
#include "server/http/target.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/unit/api/fake_provider.hpp"

namespace {

using namespace inferno::server;
using inferno::require;

const Handler& handler() {
  static const Handler instance = [] {
    auto provider = std::make_shared<FakeProvider>();
    provider->add_object("chat", 3, {{"tier", "gold"}});
    provider->add_object("code", 1.5, {{"tier", "silver"}});
    return make_api_handler(provider,
                            {.build = {.version = "1.2.3", .commit = {}, .date = {}}, .external_metrics = true});
  }();
  return instance;
}

Response answer(const Request& request) {
  boost::asio::io_context context;
  auto future = boost::asio::co_spawn(context, handler()(request), boost::asio::use_future);
  context.run();
  return future.get();
}

void check(const Response& response) {
  switch (response.status) {
    case 200:
    case 400:
    case 404:
    case 406:
      break;
    default:
      require(false, "200, 400, 404 or 406");
  }
  require(response.body != nullptr && !response.body->empty(), "there is a body");
  if (response.content_type == "application/vnd.kubernetes.protobuf") {
    require(response.body->starts_with(std::string_view("k8s\0", 4)), "protobuf has the envelope");
  } else {
    require(response.content_type.starts_with("application/json"), "anything else is JSON");
    require(nlohmann::json::accept(*response.body), "JSON is valid");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::size_t line = text.find('\n');
  Request request;
  if (!parse_target(text.substr(0, line), request)) return 0;
  if (line != std::string::npos) request.headers.set(boost::beast::http::field::accept, text.substr(line + 1));
  check(answer(request));
  return 0;
}
