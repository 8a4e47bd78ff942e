#include "tests/unit/signals/signal_rig.hpp"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <stdexcept>

namespace inferno::testing {
namespace {

namespace asio = boost::asio;

std::string api_version_of(const std::string& kind) {
  if (kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet") return "apps/v1";
  return kind == "LeaderWorkerSet" ? "leaderworkerset.x-k8s.io/v1" : "example.com/v1";
}

Variant make_variant(const VariantSpec& spec) {
  Variant variant;
  variant.namespace_name = spec.namespace_name;
  variant.model_id = spec.model_id;
  variant.name = spec.target.empty() ? spec.model_id : spec.target;
  variant.target_reference = {.api_version = api_version_of(spec.kind), .kind = spec.kind, .name = variant.name};
  variant.served_names = spec.served_names;
  variant.target = ScaleTarget();
  variant.target->spec_replicas = spec.replicas;
  variant.target->ready_replicas = spec.ready.value_or(spec.replicas);
  if (!spec.role.empty()) variant.target->role = spec.role;
  variant.target->engine = spec.engine;
  return variant;
}

bool is_at_zero(const ClusterState& state, const Model& model) {
  return std::ranges::all_of(
      model.variants, [&state](std::size_t variant) { return state.variants()[variant].target->spec_replicas == 0; });
}

const Model& find_model(const ClusterState& state, const ModelKey& key) {
  const auto found = std::ranges::find(state.models(), key, &Model::key);
  if (found == state.models().end()) throw std::logic_error("the cluster of this test has no model " + key.model_id);
  return *found;
}

}  // namespace

std::shared_ptr<const ClusterState> make_state(const std::vector<VariantSpec>& variants,
                                               const std::string& retention_period, PodTable pods) {
  PolicySources sources;
  sources.scale_to_zero = {{"default", "enable_scale_to_zero: true\nretention_period: " + retention_period + "\n"}};
  std::vector<Variant> made;
  for (const VariantSpec& spec : variants) made.push_back(make_variant(spec));
  auto policies = std::make_shared<const PolicyBook>(PolicyBook::parse(sources));
  return std::make_shared<const ClusterState>(std::move(made), std::move(policies), std::move(pods));
}

signals::SignalOptions test_options() {
  signals::SignalOptions options;
  options.settle_time = Duration::zero();
  return options;
}

SignalRig::SignalRig(asio::io_context& context, signals::SignalCollector::Clients clients, const Clock& clock,
                     const ClusterSource& cluster, const signals::SignalOptions& options)
    : context_(context),
      cluster_(cluster),
      registry_(std::make_shared<::prometheus::Registry>()),
      collector_(std::make_unique<signals::SignalCollector>(context.get_executor(), options, clients, clock, cluster,
                                                            *registry_)) {
  asio::co_spawn(context_, collector_->run(), [this](std::exception_ptr failure) {
    failure_ = std::move(failure);
    ended_ = true;
  });
}

SignalRig::~SignalRig() {
  collector_->stop();
  run_until([this] { return ended_; });
  EXPECT_NO_THROW(if (failure_) std::rethrow_exception(failure_)) << "the collector ended with an exception";
}

void SignalRig::run_until(const std::function<bool()>& condition) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) {
      ADD_FAILURE() << "what the test waits for did not happen";
      return;
    }
    context_.restart();
    context_.run_one_for(std::chrono::milliseconds{100});
  }
}

void SignalRig::refresh() {
  bool done = false;
  asio::co_spawn(context_, collector_->refresh_if_old(), [&done](const std::exception_ptr& failure) {
    EXPECT_FALSE(failure);
    done = true;
  });
  run_until([&done] { return done; });
}

void SignalRig::run_until_complete() {
  const std::shared_ptr<const ClusterState> state = cluster_.current();
  const bool asks_for_wake =
      std::ranges::any_of(state->models(), [&state](const Model& model) { return is_at_zero(*state, model); });
  run_until([this, asks_for_wake] {
    const auto current = snapshot();
    return current && current->parts().idle && (current->parts().wake || !asks_for_wake);
  });
  context_.restart();
  while (context_.poll() > 0) context_.restart();  // what else is read in the background
}

ModelSignals SignalRig::gather(const std::string& namespace_name, const std::string& model, Duration retention_period) {
  const std::shared_ptr<const FleetSignals> current = collector_->current();
  if (!current) throw std::logic_error("no snapshot has been published");
  const std::shared_ptr<const ClusterState> state = cluster_.current();
  return current->bind(*state)->gather(find_model(*state, {namespace_name, model}), retention_period);
}

std::shared_ptr<const signals::FleetSnapshot> SignalRig::snapshot() const {
  return std::dynamic_pointer_cast<const signals::FleetSnapshot>(collector_->current());
}

}  // namespace inferno::testing
