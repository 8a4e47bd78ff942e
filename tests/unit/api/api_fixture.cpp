#include "tests/unit/api/api_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/http/field.hpp>

namespace inferno::server {
namespace {

ApiOptions options(bool external_metrics) {
  return {.build = {.version = "1.2.3", .commit = "abc", .date = "2026-01-02T03:04:05Z"},
          .external_metrics = external_metrics};
}

void fill(Request& request, const Call& call) {
  request.method = call.method;
  request.path = call.path;
  std::string_view rest = request.path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    if (slash != 0) request.segments.push_back(rest.substr(0, slash));
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  }
  request.query = call.query;
  if (!call.accept.empty()) request.headers.set(boost::beast::http::field::accept, call.accept);
  if (!call.if_none_match.empty()) request.headers.set(boost::beast::http::field::if_none_match, call.if_none_match);
}

}  // namespace

ApiTest::ApiTest() : handler_(make_api_handler(provider_, options(true))) {}

void ApiTest::turn_external_metrics_off() {
  handler_ = make_api_handler(provider_, options(false));
}

Response ApiTest::answer(const Call& call) {
  Request request;
  fill(request, call);
  boost::asio::io_context context;
  auto future = boost::asio::co_spawn(context, handler_(request), boost::asio::use_future);
  context.run();
  return future.get();
}

std::string body(const Response& response) {
  return response.body == nullptr ? std::string() : *response.body;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace inferno::server
