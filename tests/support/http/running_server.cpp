#include "tests/support/http/running_server.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/http/verb.hpp>
#include <utility>

namespace inferno::testing {

namespace asio = boost::asio;

namespace {

std::shared_ptr<server::TlsContextSource> certificate_of(const CertificateAuthority& authority,
                                                         const server::TlsPolicy& policy) {
  CertificateRequest request;
  request.common_name = "server";
  request.usage = CertificateRequest::Usage::server;
  return std::make_shared<server::TlsContextSource>(policy, authority.issue(request));
}

server::ServerOptions on_loopback(server::ServerOptions options) {
  options.bind_address = "127.0.0.1";
  options.port = 0;
  return options;
}

asio::awaitable<server::Response> echo(const server::Request& request) {
  std::string text(boost::beast::http::to_string(request.method));
  text += ' ' + request.path + ' ' + request.body;
  co_return text_response(std::move(text));
}

}  // namespace

RunningServer::RunningServer(const Setup& setup, server::RequestHandler handler)
    : authority_("test authority"),
      certificate_(setup.certificate ? setup.certificate : certificate_of(authority_, setup.tls)),
      server_(std::make_unique<server::HttpServer>(context_.get_executor(), on_loopback(setup.options), *certificate_,
                                                   std::move(handler), observer_,
                                                   setup.logger ? setup.logger : silent_logger())) {
  server_->start();
  for (int thread = 0; thread < 2; ++thread) threads_.emplace_back([this] { context_.run(); });
}

RunningServer::~RunningServer() {
  context_.stop();
  for (auto& thread : threads_) thread.join();
}

std::unique_ptr<TlsClient> RunningServer::connect(TlsClientOptions options) const {
  if (options.authority_pem.empty()) options.authority_pem = authority_.certificate_pem();
  auto client = std::make_unique<TlsClient>(port(), std::move(options));
  client->handshake();
  return client;
}

std::future<std::size_t> RunningServer::drain(std::chrono::milliseconds grace) {
  return asio::co_spawn(context_, server_->drain(grace), asio::use_future);
}

server::RequestHandler echo_handler() {
  return [](server::Request& request, const server::ConnectionInfo& /*connection*/) { return echo(request); };
}

server::Response text_response(std::string text) {
  server::Response response;
  response.content_type = "text/plain";
  response.body = std::make_shared<const std::string>(std::move(text));
  return response;
}

std::shared_ptr<spdlog::logger> silent_logger() {
  return std::make_shared<spdlog::logger>("silent", std::make_shared<spdlog::sinks::null_sink_mt>());
}

std::shared_ptr<spdlog::logger> logger_to(std::ostringstream& out) {
  auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true));
  logger->set_pattern("%l %v");
  logger->set_level(spdlog::level::debug);
  return logger;
}

}  // namespace inferno::testing
