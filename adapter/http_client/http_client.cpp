#include "adapter/http_client/http_client.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/field.hpp>
#include <chrono>
#include <string_view>
#include <utility>

#include "adapter/http_client/authorization.hpp"
#include "adapter/http_client/connection_pool.hpp"
#include "adapter/http_client/header_file.hpp"

namespace inferno::http_client {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// Shared with the calls in progress, so that the client may go before they do.
class HttpClient::Implementation {
 public:
  Implementation(const asio::any_io_executor& executor, HttpClientOptions options)
      : executor_(executor),
        options_(std::move(options)),
        authorization_(options_.url.basic_credentials, options_.token_file, options_.token),
        tls_(options_.tls),
        pool_(executor, options_.max_connections, options_.max_idle) {
    if (options_.server_name.empty()) options_.server_name = options_.url.server_name();
    header_files_.reserve(options_.header_files.size());
    for (const auto& [name, file] : options_.header_files) header_files_.emplace_back(name, file);
  }

  static asio::awaitable<HttpResult<void>> run(std::shared_ptr<Implementation> self, HttpRequest request,
                                               AnswerReceiver& receiver) {
    co_return co_await self->send(request, receiver);
  }

  [[nodiscard]] const BaseUrl& url() const { return options_.url; }

 private:
  asio::awaitable<HttpResult<void>> send(const HttpRequest& request, AnswerReceiver& receiver);
  asio::awaitable<Exchange> send_on_new(const Connection::Request& request, std::shared_ptr<asio::ssl::context> tls,
                                        Patience patience, AnswerReceiver& receiver);
  asio::awaitable<Exchange> send_on(std::unique_ptr<Connection> connection, const Connection::Request& request,
                                    Patience patience, AnswerReceiver& receiver);
  // The problem of a file that has not held a header yet.
  std::optional<FileProblem> add_headers_of_files(Connection::Request& request);
  [[nodiscard]] Connection::Request compose(const HttpRequest& request, std::string_view authorization) const;

  asio::any_io_executor executor_;
  HttpClientOptions options_;
  Authorization authorization_;
  std::vector<HeaderFile> header_files_;
  ClientTls tls_;
  ConnectionPool pool_;
};

asio::awaitable<HttpResult<void>> HttpClient::Implementation::send(const HttpRequest& request,
                                                                   AnswerReceiver& receiver) {
  const Patience patience{.deadline = std::chrono::steady_clock::now() + request.deadline, .silence = request.silence};
  const std::optional<ConnectionPool::Slot> slot = co_await pool_.acquire(patience.step());
  if (!slot) co_return timed_out("waiting for other requests to end");

  const auto authorization = authorization_.value();
  if (!authorization) co_return HttpFailure{HttpFailure::Kind::unreachable, authorization.error().message};
  std::shared_ptr<asio::ssl::context> tls;
  if (options_.url.is_tls) {
    const auto context = tls_.context();
    if (!context) co_return HttpFailure{HttpFailure::Kind::unreachable, context.error().message};
    tls = *context;
  }
  Connection::Request composed = compose(request, *authorization);
  if (const auto problem = add_headers_of_files(composed))
    co_return HttpFailure{HttpFailure::Kind::unreachable, problem->message};

  if (std::unique_ptr<Connection> kept = pool_.take(tls.get())) {
    const Exchange first = co_await send_on(std::move(kept), composed, patience, receiver);
    if (!first.is_stale) co_return first.result;
  }
  const Exchange last = co_await send_on_new(composed, std::move(tls), patience, receiver);
  co_return last.result;
}

asio::awaitable<Exchange> HttpClient::Implementation::send_on_new(const Connection::Request& request,
                                                                  std::shared_ptr<asio::ssl::context> tls,
                                                                  Patience patience, AnswerReceiver& receiver) {
  auto opened =
      co_await Connection::open(executor_, options_.url, std::move(tls), options_.server_name, patience.step());
  if (!opened.connection) {
    if (opened.error.code == boost::beast::error::timeout) co_return Exchange{timed_out("connecting")};
    HttpFailure unreachable{HttpFailure::Kind::unreachable, std::move(opened.error.message)};
    co_return Exchange{std::move(unreachable)};
  }
  if (options_.on_connect) options_.on_connect();
  co_return co_await send_on(std::move(opened.connection), request, patience, receiver);
}

asio::awaitable<Exchange> HttpClient::Implementation::send_on(std::unique_ptr<Connection> connection,
                                                              const Connection::Request& request, Patience patience,
                                                              AnswerReceiver& receiver) {
  const Exchange done = co_await exchange(*connection, request, patience, receiver);
  if (done.is_reusable) pool_.give_back(std::move(connection));
  co_return done;
}

std::optional<FileProblem> HttpClient::Implementation::add_headers_of_files(Connection::Request& request) {
  for (HeaderFile& file : header_files_) {
    const auto value = file.value();
    if (!value) return value.error();
    request.insert(file.name(), *value);
  }
  return std::nullopt;
}

Connection::Request HttpClient::Implementation::compose(const HttpRequest& request,
                                                        std::string_view authorization) const {
  Connection::Request composed(request.method, options_.url.path_prefix + request.target, 11);
  composed.set(http::field::host, options_.url.authority());
  composed.set(http::field::user_agent, "inferno-adapter");
  if (!authorization.empty()) composed.set(http::field::authorization, authorization);
  for (const auto& [name, value] : request.headers) composed.set(name, value);
  for (const auto& [name, value] : options_.headers) composed.insert(name, value);
  composed.body() = request.body;
  composed.prepare_payload();
  return composed;
}

HttpClient::HttpClient(const asio::any_io_executor& executor, HttpClientOptions options)
    : implementation_(std::make_shared<Implementation>(executor, std::move(options))) {}

HttpClient::~HttpClient() = default;

asio::awaitable<HttpResult<void>> HttpClient::send(HttpRequest request, AnswerReceiver& receiver) {
  return Implementation::run(implementation_, std::move(request), receiver);
}

const BaseUrl& HttpClient::url() const {
  return implementation_->url();
}

}  // namespace inferno::http_client
