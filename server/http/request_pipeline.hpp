// What happens to a request once it is parsed: authenticate, authorize, route. Health paths need no authorization, but
// a wrong credential is refused there too, as Kubernetes does. Thread safe.
#pragma once

#include <memory>

#include "server/auth/authenticator.hpp"
#include "server/auth/authorizer.hpp"
#include "server/http/request_handler.hpp"
#include "server/http/router.hpp"

namespace inferno::server {

class RequestPipeline {
 public:
  RequestPipeline(std::shared_ptr<Authenticator> authenticator, std::shared_ptr<Authorizer> authorizer,
                  std::shared_ptr<const Router> router);

  // Sets the request's identity. The arguments and the pipeline must outlive the coroutine.
  [[nodiscard]] boost::asio::awaitable<Response> handle(Request& request, const ConnectionInfo& connection) const;

 private:
  std::shared_ptr<Authenticator> authenticator_;
  std::shared_ptr<Authorizer> authorizer_;
  std::shared_ptr<const Router> router_;
};

// As the HttpServer takes it.
[[nodiscard]] RequestHandler make_request_handler(std::shared_ptr<const RequestPipeline> pipeline);

}  // namespace inferno::server
