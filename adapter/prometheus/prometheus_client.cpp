#include "adapter/prometheus/prometheus_client.hpp"

#include <algorithm>
#include <boost/beast/http/verb.hpp>
#include <stdexcept>
#include <utility>

#include "adapter/http_client/http_client.hpp"
#include "adapter/prometheus/client_metrics.hpp"
#include "adapter/prometheus/query_answer.hpp"
#include "adapter/prometheus/query_form.hpp"

namespace inferno::prometheus {

namespace asio = boost::asio;

namespace {

http_client::HttpClientOptions http_options(const PrometheusClientOptions& options) {
  for (const OptionProblem& problem : validate(options))
    throw std::invalid_argument(problem.option + " " + problem.message);
  http_client::HttpClientOptions settings;
  settings.url = *http_client::parse_base_url(options.url);
  settings.tls = tls_options(options);
  settings.token_file = options.token_file;
  settings.headers = options.headers;
  settings.header_files = options.header_files;
  settings.max_connections = options.max_connections;
  settings.max_idle = options.max_idle;
  return settings;
}

std::string query_target(const PrometheusClientOptions& options) {
  const std::string path = "/api/v1/query_range";
  return options.query_parameters.empty() ? path : path + '?' + encode_arguments(options.query_parameters);
}

// Those that the user has not decided otherwise: in a form they would hide those of the URL.
Arguments arguments_beside(const Arguments& given) {
  Arguments arguments = backend_arguments();
  std::erase_if(arguments, [&](const auto& argument) {
    return std::ranges::any_of(given, [&](const auto& other) { return other.first == argument.first; });
  });
  return arguments;
}

// Google's APIs say so of arguments that they don't know.
bool refuses_arguments(const QueryError& error) {
  return error.kind == QueryErrorKind::http_status && error.message.starts_with("HTTP status 400") &&
         error.message.find("Unknown name") != std::string::npos;
}

}  // namespace

// Shared with the calls in progress, so that the client may go before they do.
class PrometheusClient::Implementation {
 public:
  Implementation(const asio::any_io_executor& executor, const PrometheusClientOptions& options,
                 ::prometheus::Registry& registry)
      : target_(query_target(options)),
        arguments_(arguments_beside(options.query_parameters)),
        deadline_(options.deadline),
        max_response_bytes_(options.max_response_bytes),
        metrics_(registry),
        http_(executor, with_metrics(http_options(options))) {}

  static asio::awaitable<QueryResult<QueryReport>> run(std::shared_ptr<Implementation> self, RangeQuery query,
                                                       SeriesVisitor& visitor) {
    ClientMetrics::Request measured(self->metrics_);
    auto result = co_await self->ask(query, visitor);
    if (!result && refuses_arguments(result.error())) {
      self->is_strict_ = true;
      result = co_await self->ask(query, visitor);
    }
    if (result) {
      measured.succeeded();
      co_return result;
    }
    QueryError error = result.error();
    measured.failed(error.kind);
    error.message = self->http_.url().display() + ": " + error.message;
    co_return error;
  }

 private:
  http_client::HttpClientOptions with_metrics(http_client::HttpClientOptions settings) {
    settings.on_connect = [this] { metrics_.count_connection(); };
    return settings;
  }

  asio::awaitable<QueryResult<QueryReport>> ask(const RangeQuery& query, SeriesVisitor& visitor) {
    QueryAnswer answer(max_response_bytes_, visitor, metrics_);
    const auto outcome = co_await http_.send(make_request(query), answer);
    co_return answer.finish(outcome);
  }

  [[nodiscard]] http_client::HttpRequest make_request(const RangeQuery& query) const {
    http_client::HttpRequest request;
    request.deadline = query.deadline.value_or(deadline_);
    request.method = boost::beast::http::verb::post;
    request.target = target_;
    request.headers = {{"Accept", "application/json"},
                       {"Accept-Encoding", "gzip"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = query_form(query, request.deadline, is_strict_ ? Arguments{} : arguments_);
    return request;
  }

  std::string target_;
  Arguments arguments_;
  bool is_strict_ = false;  // the backend refuses arguments that it doesn't know
  Duration deadline_;
  std::size_t max_response_bytes_;
  ClientMetrics metrics_;
  http_client::HttpClient http_;
};

PrometheusClient::PrometheusClient(const asio::any_io_executor& executor, const PrometheusClientOptions& options,
                                   ::prometheus::Registry& registry)
    : implementation_(std::make_shared<Implementation>(executor, options, registry)) {}

PrometheusClient::~PrometheusClient() = default;

asio::awaitable<QueryResult<QueryReport>> PrometheusClient::query_range(const RangeQuery& query,
                                                                        SeriesVisitor& visitor) {
  return Implementation::run(implementation_, query, visitor);
}

}  // namespace inferno::prometheus
