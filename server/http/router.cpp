#include "server/http/router.hpp"

#include <stdexcept>
#include <utility>

#include "server/api/status.hpp"

namespace inferno::server {

namespace http = boost::beast::http;

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> any;       // *
  std::unique_ptr<Node> any_rest;  // **
  std::map<http::verb, Handler> handlers;

  [[nodiscard]] bool ends_here() const { return !handlers.empty(); }

  [[nodiscard]] const Handler* handler_of(http::verb method) const {
    const auto found = handlers.find(method == http::verb::head ? http::verb::get : method);
    return found == handlers.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::string allowed_methods() const {
    std::string list;
    for (const auto& [method, handler] : handlers) {
      if (!list.empty()) list += ", ";
      list += std::string_view(http::to_string(method));
      if (method == http::verb::get) list += ", HEAD";
    }
    return list;
  }
};

namespace {

Response not_found() {
  ApiError error;
  error.reason = ErrorReason::not_found;
  error.message = "the server could not find the requested resource";
  return status_response(error);
}

Response method_not_allowed(const Request& request, std::string allowed) {
  ApiError error;
  error.reason = ErrorReason::method_not_allowed;
  error.message = "the method ";
  error.message += std::string_view(http::to_string(request.method));
  error.message += " is not allowed on this path, only " + allowed;
  Response response = status_response(error);
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Allow"; });  // not by guess
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(http::verb method, std::string_view pattern, Handler handler) {
  const auto refuse = [pattern](const char* why) {
    throw std::invalid_argument("route " + std::string(pattern) + ": " + why);
  };
  if (!pattern.starts_with('/')) refuse("must start with '/'");
  Node* node = root_.get();
  for (std::string_view rest = pattern; !rest.empty();) {
    rest.remove_prefix(1);  // the slash
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    if (segment.empty()) continue;
    if (segment == "**" && !rest.empty()) refuse("'**' must come last");
    auto& child = segment == "**" ? node->any_rest : segment == "*" ? node->any : node->literals[std::string(segment)];
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  if (!node->handlers.emplace(method, std::move(handler)).second) refuse("exists already");
}

const Router::Node* Router::find(const Node& node, std::span<const std::string_view> segments) {
  if (segments.empty()) {
    if (node.ends_here()) return &node;
  } else {
    if (const auto literal = node.literals.find(segments.front()); literal != node.literals.end()) {
      if (const Node* found = find(*literal->second, segments.subspan(1))) return found;
    }
    if (node.any) {
      if (const Node* found = find(*node.any, segments.subspan(1))) return found;
    }
  }
  return node.any_rest && node.any_rest->ends_here() ? node.any_rest.get() : nullptr;
}

boost::asio::awaitable<Response> Router::route(const Request& request) const {
  const Node* const node = find(*root_, request.segments);
  if (node == nullptr) co_return not_found();
  const Handler* const handler = node->handler_of(request.method);
  if (handler == nullptr) co_return method_not_allowed(request, node->allowed_methods());
  Response response = co_await (*handler)(request);
  co_return response;
}

}  // namespace inferno::server
