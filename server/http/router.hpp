// From a path and method to a handler.
//
// A pattern is a path whose segments are literal, `*` (any one segment) or, as the last one, `**` (any further
// segments, also none). The most specific pattern wins, segment by segment: literal before `*` before `**`; where a
// literal leads nowhere the others are still tried. Empty segments don't count, so `/apis/` is `/apis`. Routes are
// added before the first request; after that the router is immutable and may be used from any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"

namespace inferno::server {

class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  Router(Router&&) = delete;
  Router& operator=(Router&&) = delete;

  // Throws std::invalid_argument for a pattern that is malformed or, with this method, there already.
  void add(boost::beast::http::verb method, std::string_view pattern, Handler handler);

  // HEAD goes where GET goes. 404 where no pattern fits, 405 with Allow where one does but not with this method; both
  // are Status objects. The request must outlive the coroutine.
  [[nodiscard]] boost::asio::awaitable<Response> route(const Request& request) const;

 private:
  struct Node;
  [[nodiscard]] static const Node* find(const Node& node, std::span<const std::string_view> segments);

  std::unique_ptr<Node> root_;
};

}  // namespace inferno::server
