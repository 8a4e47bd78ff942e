#include "adapter/prometheus/prometheus_client.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <stdexcept>
#include <utility>

#include "adapter/prometheus/authorization.hpp"
#include "adapter/prometheus/base_url.hpp"
#include "adapter/prometheus/client_metrics.hpp"
#include "adapter/prometheus/client_tls.hpp"
#include "adapter/prometheus/connection_pool.hpp"
#include "adapter/prometheus/exchange.hpp"
#include "adapter/prometheus/query_form.hpp"

namespace inferno::prometheus {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

BaseUrl checked_url(const PrometheusClientOptions& options) {
  for (const OptionProblem& problem : validate(options))
    throw std::invalid_argument(problem.option + " " + problem.message);
  return *parse_base_url(options.url);
}

}  // namespace

// Shared with the calls in progress, so that the client may go before they do.
class PrometheusClient::Implementation {
 public:
  Implementation(const asio::any_io_executor& executor, const PrometheusClientOptions& options,
                 ::prometheus::Registry& registry)
      : executor_(executor),
        options_(options),
        url_(checked_url(options)),
        authorization_(url_.basic_credentials, options.token_file),
        tls_(options),
        pool_(executor, options.max_connections, options.max_idle),
        metrics_(registry) {}

  static asio::awaitable<QueryResult<QueryReport>> run(std::shared_ptr<Implementation> self, RangeQuery query,
                                                       SeriesVisitor& visitor) {
    ClientMetrics::Query measured(self->metrics_);
    auto result = co_await self->ask(query, visitor);
    if (result) {
      measured.succeeded();
      co_return result;
    }
    QueryError error = result.error();
    measured.failed(error.kind);
    error.message = self->url_.display() + ": " + error.message;
    co_return error;
  }

 private:
  asio::awaitable<QueryResult<QueryReport>> ask(const RangeQuery& query, SeriesVisitor& visitor);
  asio::awaitable<Exchange> ask_on_new(const Connection::Request& request, std::shared_ptr<asio::ssl::context> tls,
                                       Deadline deadline, SeriesVisitor& visitor);
  asio::awaitable<Exchange> ask_on(std::unique_ptr<Connection> connection, const Connection::Request& request,
                                   Deadline deadline, SeriesVisitor& visitor);
  [[nodiscard]] Connection::Request make_request(const RangeQuery& query, Duration deadline,
                                                 std::string_view authorization) const;

  asio::any_io_executor executor_;
  PrometheusClientOptions options_;
  BaseUrl url_;
  Authorization authorization_;
  ClientTls tls_;
  ConnectionPool pool_;
  ClientMetrics metrics_;
};

asio::awaitable<QueryResult<QueryReport>> PrometheusClient::Implementation::ask(const RangeQuery& query,
                                                                                SeriesVisitor& visitor) {
  const Duration allowed = query.deadline.value_or(options_.deadline);
  const Deadline deadline = std::chrono::steady_clock::now() + allowed;
  const std::optional<ConnectionPool::Slot> slot = co_await pool_.acquire(deadline);
  if (!slot) co_return timed_out("waiting for other queries to end");

  const auto authorization = authorization_.value();
  if (!authorization) co_return QueryError{QueryErrorKind::unreachable, authorization.error().message};
  std::shared_ptr<asio::ssl::context> tls;
  if (url_.is_tls) {
    const auto context = tls_.context();
    if (!context) co_return QueryError{QueryErrorKind::unreachable, context.error().message};
    tls = *context;
  }
  const Connection::Request request = make_request(query, allowed, *authorization);

  if (std::unique_ptr<Connection> kept = pool_.take(tls.get())) {
    Exchange first = co_await ask_on(std::move(kept), request, deadline, visitor);
    if (!first.is_stale) co_return std::move(first.result);
  }
  Exchange last = co_await ask_on_new(request, std::move(tls), deadline, visitor);
  co_return std::move(last.result);
}

asio::awaitable<Exchange> PrometheusClient::Implementation::ask_on_new(const Connection::Request& request,
                                                                       std::shared_ptr<asio::ssl::context> tls,
                                                                       Deadline deadline, SeriesVisitor& visitor) {
  auto opened = co_await Connection::open(executor_, url_, std::move(tls), deadline);
  if (!opened.connection) {
    if (opened.error.code == boost::beast::error::timeout) co_return Exchange{timed_out("connecting")};
    QueryError unreachable{QueryErrorKind::unreachable, std::move(opened.error.message)};
    co_return Exchange{std::move(unreachable)};
  }
  metrics_.count_connection();
  co_return co_await ask_on(std::move(opened.connection), request, deadline, visitor);
}

asio::awaitable<Exchange> PrometheusClient::Implementation::ask_on(std::unique_ptr<Connection> connection,
                                                                   const Connection::Request& request,
                                                                   Deadline deadline, SeriesVisitor& visitor) {
  Exchange done = co_await exchange(*connection, request, options_.max_response_bytes, deadline, visitor, metrics_);
  if (done.is_reusable) pool_.give_back(std::move(connection));
  co_return done;
}

Connection::Request PrometheusClient::Implementation::make_request(const RangeQuery& query, Duration deadline,
                                                                   std::string_view authorization) const {
  Connection::Request request(http::verb::post, url_.path_prefix + "/api/v1/query_range", 11);
  request.set(http::field::host, url_.authority());
  request.set(http::field::user_agent, "inferno-adapter");
  request.set(http::field::accept, "application/json");
  request.set(http::field::accept_encoding, "gzip");
  request.set(http::field::content_type, "application/x-www-form-urlencoded");
  if (!authorization.empty()) request.set(http::field::authorization, authorization);
  for (const auto& [name, value] : options_.headers) request.insert(name, value);
  request.body() = query_form(query, deadline);
  request.prepare_payload();
  return request;
}

PrometheusClient::PrometheusClient(const asio::any_io_executor& executor, const PrometheusClientOptions& options,
                                   ::prometheus::Registry& registry)
    : implementation_(std::make_shared<Implementation>(executor, options, registry)) {}

PrometheusClient::~PrometheusClient() = default;

asio::awaitable<QueryResult<QueryReport>> PrometheusClient::query_range(const RangeQuery& query,
                                                                        SeriesVisitor& visitor) {
  return Implementation::run(implementation_, query, visitor);
}

}  // namespace inferno::prometheus
