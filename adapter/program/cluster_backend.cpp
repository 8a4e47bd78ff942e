#include "adapter/program/cluster_backend.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/strand.hpp>
#include <optional>
#include <set>
#include <utility>

#include "adapter/feedback/feedback.hpp"
#include "adapter/kubernetes/api/http_api_client.hpp"
#include "adapter/kubernetes/watch/api_source.hpp"
#include "adapter/leadership/lease_elector.hpp"
#include "adapter/program/authentication_watch.hpp"
#include "adapter/program/review_client.hpp"
#include "adapter/program/settings.hpp"
#include "adapter/wake/direct_waker.hpp"
#include "adapter/wake/gateway_watch.hpp"
#include "server/auth/delegated_access.hpp"

namespace inferno {
namespace asio = boost::asio;

namespace {

// A pod's host name is its name.
std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "inferno-adapter";
}

std::shared_ptr<server::ReviewClient> make_review_client(const asio::any_io_executor& serving,
                                                         const kubernetes::ClusterAccess& access,
                                                         ::prometheus::Registry& registry) {
  const asio::any_io_executor strand = asio::make_strand(serving);
  return std::make_shared<ApiReviewClient>(strand,
                                           std::make_unique<kubernetes::HttpApiClient>(strand, access, registry));
}

}  // namespace

class ClusterBackend::Parts {
 public:
  Parts(const asio::any_io_executor& brain, const asio::any_io_executor& serving, const Options& options,
        const kubernetes::ClusterAccess& access, const Clock& clock, ::prometheus::Registry& registry,
        const std::shared_ptr<spdlog::logger>& log)
      : executor(brain),
        metrics(registry),
        given(options),
        wall_clock(clock),
        client(brain, access, registry),
        source(brain, client, cluster_settings(options), clock),
        delegated(make_review_client(serving, access, registry), review_lifetimes(options.server), log),
        authentication(client, delegated),
        elector(client, lease_settings(options, instance), clock) {}

  void report_back(const Brain& brain) {
    feedback.emplace(client, brain.decisions, feedback_settings(given, instance), wall_clock,
                     [this] { return elector.is_leader(); });
  }

  void wake_directly(const Brain& brain) {
    wake::DirectWaker::Hooks hooks;
    hooks.may_act = [this] { return elector.is_leader(); };
    hooks.keep_asking = [&decisions = brain.decisions] { decisions.keep_asking(); };
    waker.emplace(executor, client, std::move(hooks), metrics);
  }

  void watch_gateways(const Brain& brain) {
    std::set<wake::GatewayEndpoint> endpoints;
    wake::InferencePools* found = nullptr;
    if (given.actions.gateway_metrics_url == "auto") {
      found = &pools.emplace(client, given.state.watch_namespace);
    } else {
      endpoints.insert({.url = given.actions.gateway_metrics_url, .namespace_name = {}});
    }
    gateways.emplace(
        executor, std::move(endpoints), found, gateway_access(given), gateway_timing(given),
        [&signals = brain.signals](const auto& demand) { signals.observe_gateways(demand); }, metrics);
  }

  asio::any_io_executor executor;
  ::prometheus::Registry& metrics;
  const Options& given;
  const Clock& wall_clock;
  std::string instance = leadership::unique_identity(host_name());
  kubernetes::HttpApiClient client;
  kubernetes::ApiSource source;
  server::DelegatedAccess delegated;
  AuthenticationWatch authentication;
  leadership::LeaseElector elector;
  std::optional<feedback::Feedback> feedback;
  std::optional<wake::DirectWaker> waker;
  std::optional<wake::InferencePools> pools;
  std::optional<wake::GatewayWatch> gateways;
};

ClusterBackend::ClusterBackend(const asio::any_io_executor& brain, const asio::any_io_executor& serving,
                               const Options& options, const kubernetes::ClusterAccess& access, const Clock& clock,
                               ::prometheus::Registry& registry, const std::shared_ptr<spdlog::logger>& log)
    : parts_(std::make_unique<Parts>(brain, serving, options, access, clock, registry, log)) {}

ClusterBackend::~ClusterBackend() = default;

ClusterSource& ClusterBackend::source() {
  return parts_->source;
}

void ClusterBackend::start(Brain brain) {
  const ClusterActionOptions& actions = parts_->given.actions;
  if (actions.write_status || actions.write_events) parts_->report_back(brain);
  if (actions.wake_directly) parts_->wake_directly(brain);
  if (!actions.gateway_metrics_url.empty()) parts_->watch_gateways(brain);
}

std::vector<BrainTask> ClusterBackend::tasks() {
  Parts& parts = *parts_;
  std::vector<BrainTask> tasks{
      {"cluster state", [&parts] { return parts.source.run(); }},
      {"authentication", [&parts] { return parts.authentication.run(); }},
      {"lease", [&parts] { return parts.elector.run(); }},
  };
  if (parts.feedback) tasks.push_back({"status and events", [&parts] { return parts.feedback->run(); }});
  if (parts.waker) tasks.push_back({"direct wake", [&parts] { return parts.waker->run(); }});
  if (parts.gateways) tasks.push_back({"gateways", [&parts] { return parts.gateways->run(); }});
  return tasks;
}

void ClusterBackend::on_decided(const DecisionBoard& board) {
  if (parts_->waker) parts_->waker->consider(board);
}

bool ClusterBackend::stands_by() const {
  return parts_->elector.stands_by();
}

std::vector<std::shared_ptr<server::Authenticator>> ClusterBackend::authenticators() const {
  return parts_->delegated.authenticators();
}

std::shared_ptr<server::Authorizer> ClusterBackend::authorizer() const {
  return parts_->delegated.authorizer();
}

std::optional<std::string> ClusterBackend::access_problem() const {
  return parts_->delegated.problem();
}

}  // namespace inferno
