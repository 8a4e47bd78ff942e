#include "adapter/wake/gateway_client.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/beast/http/fields.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/signals/query_runner.hpp"
#include "adapter/wake/exposition_parser.hpp"

namespace inferno::wake {

namespace asio = boost::asio;
namespace {

// A gateway may name anything it is asked for; what nobody serves is not worth unbounded memory.
constexpr std::size_t most_models = 50'000;

// Sums under the newest of several names; what the others say is the same.
class NewestSum {
 public:
  // `name`: 0 is the newest one.
  void add(std::size_t name, const ModelKey& model, double value) {
    if (name > name_) return;
    if (name < name_) sums_.clear();
    name_ = name;
    if (!std::isfinite(value) || value <= 0 || model.model_id.empty()) return;
    if (sums_.size() < most_models || sums_.contains(model)) sums_[model] += value;
  }
  [[nodiscard]] std::map<ModelKey, double> take() { return std::move(sums_); }

 private:
  std::size_t name_ = std::numeric_limits<std::size_t>::max();
  std::map<ModelKey, double> sums_;
};

class PageReader final : public SampleVisitor {
 public:
  PageReader(const signals::GatewaySeries& series, std::string_view default_namespace)
      : series_(series), default_namespace_(default_namespace) {}

  [[nodiscard]] std::vector<std::string> metrics() const {
    std::vector<std::string> metrics = series_.queue;
    metrics.insert(metrics.end(), series_.errors.begin(), series_.errors.end());
    return metrics;
  }

  void on_sample(std::size_t metric, signals::Labels labels, double value) override {
    const std::string_view said = signals::label_value(labels, "namespace");
    const ModelKey model{std::string(said.empty() ? default_namespace_ : said),
                         std::string(signals::gateway_model(labels, series_))};
    if (metric < series_.queue.size()) {
      queued_.add(metric, model, value);
    } else if (series_.error_label.empty() ||
               signals::label_value(labels, series_.error_label) == series_.error_value) {
      refused_.add(metric - series_.queue.size(), model, value);
    }
  }

  [[nodiscard]] GatewayPage take() { return {.queued = queued_.take(), .refused = refused_.take()}; }

 private:
  const signals::GatewaySeries& series_;
  std::string_view default_namespace_;
  NewestSum queued_;
  NewestSum refused_;
};

class MetricsPage final : public http_client::AnswerReceiver {
 public:
  MetricsPage(const GatewayAccess& access, PageReader& reader)
      : limit_(access.max_response_bytes), parser_(reader.metrics(), reader) {}

  bool on_head(unsigned status, const boost::beast::http::fields& /*fields*/) override {
    if (status == 200) return true;
    const bool is_refused = status == 401 || status == 403;
    return fail(fmt::format("answers with HTTP status {}{}", status,
                            is_refused ? ": it wants the token of an account that may get /metrics" : ""));
  }

  bool on_body(std::string_view piece) override {
    received_ += piece.size();
    if (received_ > limit_) return fail(fmt::format("the metrics are larger than {} bytes", limit_));
    return parser_.feed(piece) || fail("the answer is not in the Prometheus text format, " + parser_.error());
  }

  // What is wrong, or nothing.
  [[nodiscard]] const std::string& finish() {
    if (problem_.empty() && !parser_.finish())
      fail("the answer is not in the Prometheus text format, " + parser_.error());
    return problem_;
  }

 private:
  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  std::size_t limit_;
  std::size_t received_ = 0;
  ExpositionParser parser_;
  std::string problem_;
};

http_client::HttpClientOptions http_options(const GatewayEndpoint& endpoint, const GatewayAccess& access) {
  const ParseResult<http_client::BaseUrl> url = parse_gateway_url(endpoint.url);
  if (!url) throw std::invalid_argument(url.error().message);
  http_client::HttpClientOptions options;
  options.url = *url;
  options.tls = access.tls;
  options.token_file = access.token_file;
  options.max_connections = 1;
  return options;
}

}  // namespace

void throw_exception_from_error(const GatewayFailure& failure, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked gateway failure: " + failure.message);
}

ParseResult<http_client::BaseUrl> parse_gateway_url(const std::string& text) {
  const auto url = http_client::parse_base_url(text);
  // The text itself may hold credentials.
  if (!url) return ParseError{"the gateway's URL " + url.error().message};
  http_client::BaseUrl page = *url;
  if (page.path_prefix.empty()) page.path_prefix = "/metrics";
  return page;
}

GatewayClient::GatewayClient(const asio::any_io_executor& executor, const GatewayEndpoint& endpoint,
                             GatewayAccess access)
    : access_(std::move(access)),
      namespace_name_(endpoint.namespace_name),
      http_(executor, http_options(endpoint, access_)) {}

asio::awaitable<boost::system::result<GatewayPage, GatewayFailure>> GatewayClient::read() {
  http_client::HttpRequest request;
  request.headers = {{"Accept", "text/plain;version=0.0.4"}};
  request.deadline = access_.deadline;
  PageReader reader(access_.series, namespace_name_);
  MetricsPage page(access_, reader);
  const auto sent = co_await http_.send(std::move(request), page);
  if (!sent) co_return GatewayFailure{sent.error().message};
  if (const std::string& problem = page.finish(); !problem.empty()) co_return GatewayFailure{problem};
  co_return reader.take();
}

}  // namespace inferno::wake
