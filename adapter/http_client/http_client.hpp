// Requests to one HTTP/1.1 server, plain or TLS, on kept-alive connections.
//
// One deadline covers everything a call does: its place in line, name resolution, connecting, TLS, sending and
// receiving. A request that found its kept-alive connection closed is sent once more on a new one; nothing else is
// retried. Redirects are not followed. No credential appears in a message.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/http_client/base_url.hpp"
#include "adapter/http_client/client_tls.hpp"
#include "adapter/http_client/exchange.hpp"

namespace inferno::http_client {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpClientOptions {
  BaseUrl url;                       // its credentials, if any, are sent as Basic authorization
  ClientTlsOptions tls;              // where the URL is https
  std::string server_name;           // what the server's certificate must say; that of the URL where empty
  std::string token_file;            // its first word is sent as a bearer token, read again when it changes
  std::string token;                 // a bearer token that stays; at most one of these two
  HeaderList headers;                // sent with each request
  HeaderList header_files;           // likewise, each with the file that holds its value, read again when it changes
  std::size_t max_connections = 16;  // in use at once; further requests wait in line
  Duration max_idle{30'000};         // an unused connection older than this is not used again
  std::function<void()> on_connect;  // a connection has been opened
};

struct HttpRequest {
  boost::beast::http::verb method = boost::beast::http::verb::get;
  std::string target;  // path and query behind the URL's own path, percent-encoded
  HeaderList headers;
  std::string body;
  Duration deadline{3'000};         // for the whole call
  std::optional<Duration> silence;  // for each step and the time between two pieces of a long answer
};

class HttpClient {
 public:
  // `executor` is the one that calls are awaited on, a strand where several threads run it.
  HttpClient(const boost::asio::any_io_executor& executor, HttpClientOptions options);

  // Calls in progress go on.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;

  // The receiver must outlive the call; what it throws comes out here. A receiver may see the beginning of an answer
  // whose rest then fails. Cancelling the awaiting coroutine ends the call with
  // boost::system::system_error(operation_aborted), as any Asio operation.
  boost::asio::awaitable<HttpResult<void>> send(HttpRequest request, AnswerReceiver& receiver);

  [[nodiscard]] const BaseUrl& url() const;

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace inferno::http_client
