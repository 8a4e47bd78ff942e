// What reaches delegated authentication and authorization from outside. The first line of the input is a method and a
// request target, the rest a ConfigMap's data: lines of "key value", with \n in a value for a line end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "server/auth/authentication_config.hpp"
#include "server/auth/forbidden.hpp"
#include "server/auth/subject_access_review.hpp"
#include "server/http/target.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using namespace inferno::server;
using inferno::require;

std::string_view take_to(char end, std::string_view& rest) {
  const auto at = rest.find(end);
  const auto taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

void check_request(std::string_view line) {
  Request request;
  request.method = boost::beast::http::string_to_verb(take_to(' ', line));
  if (!parse_target(line, request)) return;
  const auto attributes = attributes_of(request);
  if (!attributes) {
    require(attributes.error().reason == ErrorReason::bad_request, "the client is at fault");
    return;
  }
  require(attributes->path.starts_with('/'), "a path begins with a slash");
  if (attributes->is_resource) {
    require(!attributes->resource.empty() && !attributes->version.empty(), "a resource has a name and a version");
    require(request.segments.front() == "api" || request.segments.front() == "apis", "resources are the API's");
  }
  const Identity user{.name = request.path, .uid = {}, .groups = {request.path}, .extra = {}};
  const nlohmann::json review = make_subject_access_review(user, *attributes);
  require(nlohmann::json::accept(review.dump()), "a review can be sent");
  require(review["spec"].contains("resourceAttributes") != review["spec"].contains("nonResourceAttributes"),
          "a review asks about one thing");
  const std::string message = forbidden(user, *attributes, {}).message;
  require(message.find("forbidden: User ") != std::string::npos, "a refusal says whom");
}

void check_config(std::string_view text) {
  std::map<std::string, std::string> data;
  while (!text.empty()) {
    std::string_view line = take_to('\n', text);
    const std::string key(take_to(' ', line));
    std::string& value = data[key];
    while (!line.empty()) {
      if (line.starts_with("\\n")) {
        value += '\n';
        line.remove_prefix(2);
      } else {
        value += line.front();
        line.remove_prefix(1);
      }
    }
  }
  const auto config = parse_authentication_config(data);
  if (!config) {
    const std::string& message = config.error().message;
    require(message.starts_with("client-ca-file ") || message.starts_with("requestheader-"), "the key is named");
    return;
  }
  require(config->client_authorities || config->front_proxy_authorities, "somebody is trusted");
  for (const auto* names :
       {&config->username_headers, &config->uid_headers, &config->group_headers, &config->extra_header_prefixes}) {
    require(std::ranges::none_of(*names, &std::string::empty), "headers have names");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  std::string_view rest = text;
  check_request(take_to('\n', rest));
  check_config(rest);
  return 0;
}
