#include "adapter/program/program.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <functional>
#include <list>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapter/program/cluster_access.hpp"
#include "adapter/program/cluster_backend.hpp"
#include "adapter/program/liveness.hpp"
#include "adapter/program/memory.hpp"
#include "adapter/program/settings.hpp"
#include "adapter/program/standalone_backend.hpp"
#include "adapter/program/temporary_folder.hpp"
#include "adapter/prometheus/prometheus_client.hpp"
#include "adapter/provider/adapter_metrics_provider.hpp"
#include "adapter/signals/signal_collector.hpp"
#include "server/api/api_handler.hpp"
#include "server/api/status.hpp"
#include "server/auth/authorizer.hpp"
#include "server/auth/client_authority_file.hpp"
#include "server/auth/client_certificate_authenticator.hpp"
#include "server/auth/token_file_authenticator.hpp"
#include "server/files/refresher.hpp"
#include "server/health/health_registry.hpp"
#include "server/http/http_server.hpp"
#include "server/http/request_pipeline.hpp"
#include "server/telemetry/http_metrics.hpp"
#include "server/telemetry/metrics_page.hpp"
#include "server/tls/self_signed.hpp"

namespace inferno {
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::chrono::seconds file_refresh_interval{5};

asio::awaitable<server::Response> answer_report(AdapterMetricsProvider& provider, const server::Request& request) {
  const auto report = co_await provider.report(request.segments[2], request.segments[3]);
  if (!report) co_return server::status_response(report.error());
  server::Response response;
  response.body = std::make_shared<const std::string>(*report);
  co_return response;
}

}  // namespace

class Program::Implementation {
 public:
  explicit Implementation(const Options& options)
      : options_(options),
        threads_(options.server.threads != 0 ? options.server.threads
                                             : std::max(1U, std::thread::hardware_concurrency())),
        serving_(static_cast<int>(threads_)),
        signals_to_stop_(serving_, SIGTERM, SIGINT),
        prometheus_(brain_.get_executor(), prometheus_settings(options.prometheus), *registry_),
        wake_prometheus_(brain_.get_executor(), prometheus_settings(options.prometheus), *registry_),
        backend_(make_backend()),
        signals_(brain_.get_executor(), signal_settings(options), {.refresh = prometheus_, .wake = wake_prometheus_},
                 clock_, backend_->source(), *registry_),
        decisions_(brain_.get_executor(), backend_->source(), signals_, clock_, decision_settings(options), *registry_),
        provider_(std::make_shared<AdapterMetricsProvider>(decisions_, provider_settings(options))),
        refresher_(serving_.get_executor(), file_refresh_interval),
        http_metrics_(*registry_, {"custom.metrics.k8s.io", "external.metrics.k8s.io"}) {
    ::signal(SIGPIPE, SIG_IGN);
    server::register_build_info(
        *registry_, {.version = INFERNO_VERSION, .revision = INFERNO_REVISION, .compiler = INFERNO_COMPILER});
    make_tls();
    make_http();
    backend_->source().on_change([this] { decisions_.rebuild(); });
    signals_.on_publish([this] { decisions_.rebuild(); });
    decisions_.on_decided([this](const DecisionBoard& board) { backend_->on_decided(board); });
  }

  int run() {
    backend_->start({.decisions = decisions_, .signals = signals_});
    decisions_.rebuild();
    start_brain();
    refresher_.start();
    http_->start();
    announce();
    asio::co_spawn(serving_, serve_until_stopped(), [this](const std::exception_ptr& failure) { finish(failure); });

    std::thread brain([this] { brain_.run(); });
    std::vector<std::thread> workers;
    for (unsigned i = 1; i < threads_; ++i) workers.emplace_back([this] { serving_.run(); });
    serving_.run();
    for (std::thread& worker : workers) worker.join();
    stop_brain();
    brain.join();
    return exit_code_;
  }

 private:
  std::unique_ptr<Backend> make_backend() {
    if (!options_.state.standalone_dir.empty()) {
      return std::make_unique<StandaloneBackend>(brain_.get_executor(), options_, clock_);
    }
    const auto access = cluster_access(options_.state);
    if (!access) throw std::runtime_error(access.error().message);
    return std::make_unique<ClusterBackend>(brain_.get_executor(), serving_.get_executor(), options_, *access, clock_,
                                            *registry_, log_);
  }

  void make_tls() {
    const ServerOptions& given = options_.server;
    const server::TlsPolicy policy = tls_settings(options_);
    if (!given.tls_cert_file.empty()) {
      tls_ = std::make_unique<server::TlsContextSource>(
          policy,
          server::TlsContextSource::Files{.certificate_file = given.tls_cert_file,
                                          .key_file = given.tls_private_key_file},
          log_);
      refresher_.add([this] { tls_->refresh(); });
      return;
    }
    certificate_folder_.emplace();
    const server::CertificatePair pair = server::make_self_signed_certificate(server::default_certificate_names());
    self_signed_file_ = server::write_certificate_files(pair, certificate_folder_->path().string()).certificate_file;
    tls_ = std::make_unique<server::TlsContextSource>(policy, pair);
  }

  std::shared_ptr<server::RequestPipeline> make_pipeline() {
    const ServerOptions& given = options_.server;
    std::vector<std::shared_ptr<server::Authenticator>> authenticators = backend_->authenticators();
    if (!given.client_ca_file.empty()) {
      auto authorities = std::make_shared<server::ClientAuthorityFile>(given.client_ca_file, log_);
      refresher_.add([authorities] { authorities->refresh(); });
      authenticators.push_back(std::make_shared<server::ClientCertificateAuthenticator>(std::move(authorities)));
    }
    if (!given.token_auth_file.empty()) {
      auto tokens = std::make_shared<server::TokenFileAuthenticator>(given.token_auth_file, log_);
      refresher_.add([tokens] { tokens->refresh(); });
      authenticators.push_back(std::move(tokens));
    }
    std::shared_ptr<server::Authorizer> authorizer = backend_->authorizer();
    if (authorizer == nullptr) {
      // Nobody to tell apart: options allow that on loopback only.
      const auto anonymous = authenticators.empty() ? server::AllowAuthenticated::Anonymous::allowed
                                                    : server::AllowAuthenticated::Anonymous::refused;
      authorizer = std::make_shared<server::AllowAuthenticated>(anonymous);
    }
    return std::make_shared<server::RequestPipeline>(
        std::make_shared<server::AuthenticatorUnion>(std::move(authenticators)), std::move(authorizer), make_router());
  }

  std::shared_ptr<const server::Router> make_router() {
    auto router = std::make_shared<server::Router>();
    server::add_health_routes(*router, make_health());

    auto page = std::make_shared<server::MetricsPage>(registry_);
    page->add([age = signals::SignalAge(signals_)](std::string& out) {
      out += ::prometheus::TextSerializer().Serialize(age.Collect());
    });
    page->add([this](std::string& out) { provider_->append_metrics(out, !backend_->stands_by()); });
    server::add_metrics_route(*router, page);

    const server::Handler api = server::make_api_handler(
        provider_, {.build = {.version = INFERNO_VERSION, .commit = INFERNO_REVISION, .date = {}},
                    .external_metrics = options_.server.external_metrics});
    for (const char* pattern : {"/api/**", "/apis/**", "/openapi/**", "/version"})
      router->add(http::verb::get, pattern, api);
    router->add(http::verb::get, "/debug/decisions/*/*",
                [this](const server::Request& request) { return answer_report(*provider_, request); });
    return router;
  }

  std::shared_ptr<const server::HealthRegistry> make_health() {
    using Kind = server::HealthRegistry::Kind;
    auto health = std::make_shared<server::HealthRegistry>(log_);
    health->add(
        "cluster-state", Kind::readiness,
        [this]() -> std::optional<std::string> {
          if (backend_->source().current() != nullptr) return std::nullopt;
          return backend_->source().problem().value_or("not read yet");
        },
        [this] { return backend_->source().problem(); });
    health->add("authentication", Kind::readiness, [this] { return backend_->access_problem(); });
    health->add("shutdown", Kind::readiness, [this]() -> std::optional<std::string> {
      if (!stopping_) return std::nullopt;
      return "shutting down";
    });
    health->add("progress", Kind::liveness_and_readiness, [this] { return heartbeat_.problem(); });
    return health;
  }

  void make_http() {
    http_ = std::make_unique<server::HttpServer>(serving_.get_executor(), http_settings(options_.server), *tls_,
                                                 server::make_request_handler(make_pipeline()), http_metrics_, log_);
  }

  void announce() {
    const auto endpoint = http_->local_endpoint();
    const std::string host =
        endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]" : endpoint.address().to_string();
    if (!self_signed_file_.empty())
      spdlog::info("self-signed certificate: {} (curl --cacert {})", self_signed_file_, self_signed_file_);
    spdlog::info("listening on https://{}:{}", host, endpoint.port());
  }

  // Each ends only by cancellation or with a defect, and then the program must not go on without it.
  void start_brain() {
    for (const BrainTask& task : backend_->tasks()) spawn_in_brain(task.name, task.run());
    spawn_in_brain("signals", signals_.run());
    spawn_in_brain("decisions", decisions_.run());
    spawn_in_brain("heartbeat", heartbeat_.run());
    spawn_in_brain("memory", release_memory_regularly());
  }

  void spawn_in_brain(std::string name, asio::awaitable<void> task) {
    asio::cancellation_signal& cancel = cancel_brain_.emplace_back();
    asio::co_spawn(
        brain_, std::move(task),
        asio::bind_cancellation_slot(cancel.slot(), [this, name = std::move(name)](const std::exception_ptr& failure) {
          if (!brain_stopping_) give_up(name, failure);
        }));
  }

  void give_up(const std::string& name, const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
      spdlog::critical("{} ended; shutting down", name);
    } catch (const std::exception& error) {
      spdlog::critical("{} failed, shutting down: {}", name, error.what());
    }
    exit_code_ = 1;
    ::raise(SIGTERM);
  }

  void stop_brain() {
    asio::post(brain_, [this] {
      brain_stopping_ = true;
      signals_.stop();
      for (asio::cancellation_signal& cancel : cancel_brain_) cancel.emit(asio::cancellation_type::terminal);
    });
  }

  asio::awaitable<void> serve_until_stopped() {
    const int signal = co_await signals_to_stop_.async_wait(asio::use_awaitable);
    spdlog::info("{}: draining", signal == SIGTERM ? "SIGTERM" : "SIGINT");
    stopping_ = true;
    const std::size_t cut = co_await http_->drain(options_.server.shutdown_grace_period);
    if (cut > 0) spdlog::warn("cut {} connections after the grace period", cut);
    spdlog::info("drained");
  }

  void finish(const std::exception_ptr& failure) {
    if (failure) {
      exit_code_ = 1;
      spdlog::critical("shutdown failed");
    }
    serving_.stop();
  }

  const Options& options_;
  std::shared_ptr<spdlog::logger> log_ = spdlog::default_logger();
  SystemClock clock_;
  std::shared_ptr<::prometheus::Registry> registry_ = std::make_shared<::prometheus::Registry>();
  unsigned threads_;
  asio::io_context brain_{1};
  asio::io_context serving_;
  asio::signal_set signals_to_stop_;
  prometheus::PrometheusClient prometheus_;
  prometheus::PrometheusClient wake_prometheus_;
  std::unique_ptr<Backend> backend_;
  signals::SignalCollector signals_;
  DecisionService decisions_;
  std::shared_ptr<AdapterMetricsProvider> provider_;
  Heartbeat heartbeat_;
  server::Refresher refresher_;
  server::HttpMetrics http_metrics_;
  std::optional<TemporaryFolder> certificate_folder_;
  std::string self_signed_file_;
  std::unique_ptr<server::TlsContextSource> tls_;
  std::unique_ptr<server::HttpServer> http_;
  std::list<asio::cancellation_signal> cancel_brain_;
  bool brain_stopping_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> exit_code_ = 0;
};

Program::Program(const Options& options) : implementation_(std::make_unique<Implementation>(options)) {}
Program::~Program() = default;
int Program::run() {
  return implementation_->run();
}

}  // namespace inferno
