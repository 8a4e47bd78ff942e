#include "tests/unit/signals/signal_rig.hpp"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <boost/asio/co_spawn.hpp>
#include <stdexcept>

namespace inferno::testing {

namespace asio = boost::asio;

void FakeCluster::set(const std::vector<VariantSpec>& specs, const std::string& retention_period) {
  PolicySources sources;
  sources.scale_to_zero = {{"default", "enable_scale_to_zero: true\nretention_period: " + retention_period + "\n"}};
  std::vector<Variant> variants;
  for (const VariantSpec& spec : specs) {
    Variant variant;
    variant.namespace_name = spec.namespace_name;
    variant.model_id = spec.model_id;
    variant.target_reference = {
        .api_version = "apps/v1", .kind = "Deployment", .name = spec.target.empty() ? spec.model_id : spec.target};
    variant.name = variant.target_reference.name;
    variant.target = ScaleTarget();
    variant.target->ready_replicas = spec.ready;
    variants.push_back(std::move(variant));
  }
  state_ = std::make_shared<const ClusterState>(std::move(variants),
                                                std::make_shared<const PolicyBook>(PolicyBook::parse(sources)));
}

signals::SignalOptions test_options() {
  signals::SignalOptions options;
  options.settle_time = Duration::zero();
  return options;
}

SignalRig::SignalRig(asio::io_context& context, signals::SignalCollector::Clients clients, const Clock& clock,
                     const ClusterSource& cluster, const signals::SignalOptions& options)
    : context_(context),
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
  run_until([this] {
    const auto current = std::dynamic_pointer_cast<const signals::FleetSnapshot>(collector_->current());
    return current && current->parts().activity && current->parts().wake;
  });
  context_.restart();
  while (context_.poll() > 0) context_.restart();  // what else is read in the background
}

ModelSignals SignalRig::gather(const std::string& namespace_name, const std::string& model,
                               const std::vector<std::string>& targets, Duration retention_period) {
  const std::shared_ptr<const FleetSignals> current = collector_->current();
  if (!current) throw std::logic_error("no snapshot has been published");
  return current->gather({namespace_name, model}, targets, retention_period);
}

}  // namespace inferno::testing
