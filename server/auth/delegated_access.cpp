#include "server/auth/delegated_access.hpp"

#include <utility>

#include "server/auth/client_certificate_authenticator.hpp"
#include "server/auth/request_header_authenticator.hpp"
#include "server/auth/subject_access_review_authorizer.hpp"
#include "server/auth/token_review_authenticator.hpp"

namespace inferno::server {

DelegatedAccess::DelegatedAccess(std::shared_ptr<ReviewClient> reviews, const Lifetimes& lifetimes,
                                 std::shared_ptr<spdlog::logger> logger, const SteadyClock& clock)
    : cluster_(std::make_shared<ClusterAuthentication>(std::move(logger), clock)),
      authenticators_{std::make_shared<RequestHeaderAuthenticator>(cluster_),
                      std::make_shared<ClientCertificateAuthenticator>(cluster_),
                      std::make_shared<TokenReviewAuthenticator>(reviews, lifetimes.token, clock)},
      authorizer_(std::make_shared<SubjectAccessReviewAuthorizer>(
          std::move(reviews),
          SubjectAccessReviewAuthorizer::Lifetimes{.allowed = lifetimes.allowed, .denied = lifetimes.denied}, clock)) {}

}  // namespace inferno::server
