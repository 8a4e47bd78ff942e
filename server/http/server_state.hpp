// What all connections of a server share. Thread safe: what changes is atomic or locks itself.
#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "server/http/connection_registry.hpp"
#include "server/http/request_handler.hpp"
#include "server/http/server_observer.hpp"
#include "server/http/server_options.hpp"
#include "server/tls/context_source.hpp"

namespace inferno::server {

struct ServerState {
  ServerState(ServerOptions given_options, TlsContextSource& tls_source, RequestHandler request_handler,
              ServerObserver& server_observer, std::shared_ptr<spdlog::logger> server_logger,
              std::function<void()> on_connection_removed)
      : options(std::move(given_options)),
        tls(tls_source),
        handler(std::move(request_handler)),
        observer(server_observer),
        logger(std::move(server_logger)),
        connections(std::move(on_connection_removed)) {}

  const ServerOptions options;
  TlsContextSource& tls;
  const RequestHandler handler;
  ServerObserver& observer;
  const std::shared_ptr<spdlog::logger> logger;
  std::atomic<bool> draining = false;
  std::atomic<std::size_t> requests_in_flight = 0;  // those that the limit counts
  std::atomic<std::size_t> open_connections = 0;    // likewise; what has ended stays registered until it was told of
  ConnectionRegistry connections;
};

}  // namespace inferno::server
