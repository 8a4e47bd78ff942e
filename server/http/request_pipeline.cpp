#include "server/http/request_pipeline.hpp"

#include <utility>

#include "server/api/status.hpp"
#include "server/http/health_path.hpp"

namespace inferno::server {

RequestPipeline::RequestPipeline(std::shared_ptr<Authenticator> authenticator, std::shared_ptr<Authorizer> authorizer,
                                 std::shared_ptr<const Router> router)
    : authenticator_(std::move(authenticator)), authorizer_(std::move(authorizer)), router_(std::move(router)) {}

boost::asio::awaitable<Response> RequestPipeline::handle(Request& request, const ConnectionInfo& connection) const {
  const Credentials credentials{request.headers, connection.peer_certificate.get()};
  Result<std::optional<Identity>> identity = co_await authenticator_->authenticate(credentials);
  if (!identity) co_return status_response(identity.error());
  request.identity = identity->has_value() ? with_authenticated_group(**std::move(identity)) : anonymous_identity();
  if (!is_health_path(request)) {
    const Result<void> allowed = co_await authorizer_->authorize(request);
    if (!allowed) co_return status_response(allowed.error());
  }
  Response response = co_await router_->route(request);
  co_return response;
}

RequestHandler make_request_handler(std::shared_ptr<const RequestPipeline> pipeline) {
  return [pipeline = std::move(pipeline)](Request& request, const ConnectionInfo& connection) {
    return pipeline->handle(request, connection);
  };
}

}  // namespace inferno::server
