// What a handler receives and returns. Transport (framing, keep-alive, compression, HEAD, deadlines) is the session's
// business.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferno::server {

// Who asks, once authentication is done. Names as in Kubernetes' user.Info.
struct Identity {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;
};

// One parsed request. `path` is percent-decoded and split from the query; `query` holds decoded pairs in order of
// appearance.
struct Request {
  boost::beast::http::verb method = boost::beast::http::verb::get;
  std::string path;
  std::vector<std::string_view> segments;  // of `path`, without empty ones; they point into `path`
  std::vector<std::pair<std::string, std::string>> query;
  boost::beast::http::fields headers;
  std::string body;
  Identity identity;

  Request() = default;
  Request(const Request&) = delete;  // `segments` points into `path`
  Request& operator=(const Request&) = delete;
  Request(Request&&) = delete;
  Request& operator=(Request&&) = delete;
  ~Request() = default;

  // First value of a query parameter; empty where absent.
  [[nodiscard]] std::string_view query_value(std::string_view key) const {
    for (const auto& [name, value] : query) {
      if (name == key) return value;
    }
    return {};
  }
};

// `body` is shared so that a prepared document is sent without a copy; null means empty.
struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::shared_ptr<const std::string> body;
  std::vector<std::pair<std::string, std::string>> headers;  // beyond Content-*, Date and connection management
};

// A handler is called on the connection's strand. It never throws for an expected failure: that is a Response with a
// Status body.
using Handler = std::function<boost::asio::awaitable<Response>(const Request&)>;

}  // namespace inferno::server
