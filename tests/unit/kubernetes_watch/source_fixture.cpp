#include "tests/unit/kubernetes_watch/source_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

namespace inferno::kubernetes {

namespace asio = boost::asio;
using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

std::string api_version_of(const std::string& kind) {
  if (kind == "LeaderWorkerSet") return "leaderworkerset.x-k8s.io/v1";
  if (kind == "Engine") return "example.com/v1beta1";
  return "apps/v1";
}

}  // namespace

Json variant_json(const std::string& name, const std::string& kind, const std::string& target,
                  const std::string& model) {
  return {{"apiVersion", "llmd.ai/v1alpha1"},
          {"kind", "VariantAutoscaling"},
          {"metadata", {{"namespace", "n"}, {"name", name}}},
          {"spec",
           {{"scaleTargetRef", {{"apiVersion", api_version_of(kind)}, {"kind", kind}, {"name", target}}},
            {"modelID", model}}}};
}

Json workload_json(const std::string& kind, const std::string& name, int replicas, int ready) {
  return {{"apiVersion", api_version_of(kind)},
          {"kind", kind},
          {"metadata", {{"namespace", "n"}, {"name", name}}},
          {"spec", {{"replicas", replicas}}},
          {"status", {{"replicas", replicas}, {"readyReplicas", ready}}}};
}

Json autoscaler_json(const std::string& name, const std::string& kind, const std::string& target, int most) {
  return {{"apiVersion", "autoscaling/v2"},
          {"kind", "HorizontalPodAutoscaler"},
          {"metadata", {{"namespace", "n"}, {"name", name}}},
          {"spec",
           {{"maxReplicas", most},
            {"scaleTargetRef", {{"apiVersion", api_version_of(kind)}, {"kind", kind}, {"name", target}}}}}};
}

Json config_map_json(const std::string& name, const std::string& default_entry) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"namespace", "own"}, {"name", name}}},
          {"data", {{"default", default_entry}}}};
}

ApiSourceTest::ApiSourceTest() {
  server.serve("llmd.ai/v1alpha1", "VariantAutoscaling", "variantautoscalings");
  server.serve("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
  server.serve("apps/v1", "Deployment", "deployments");
  server.serve("apps/v1", "StatefulSet", "statefulsets");
  server.serve("v1", "ConfigMap", "configmaps");
  server.serve("v1", "Pod", "pods");
  settings.own_namespace = "own";
  timing = {.gather = 1ms, .look = 2ms, .patience = 1h, .reflector = {}};
  timing.reflector.first_pause = timing.reflector.longest_pause = timing.reflector.absent_pause = 2ms;
}

ApiSourceTest::~ApiSourceTest() {
  if (started_ && !ended_) stop();
}

ApiSource& ApiSourceTest::source() const {
  if (!source_) throw std::logic_error("the source has not been started");
  return *source_;
}

void ApiSourceTest::start() {
  started_ = true;
  source_ = std::make_unique<ApiSource>(context.get_executor(), server, settings, clock, timing);
  source_->on_change([this] { ++changes; });
  asio::co_spawn(context, source_->run(), asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr end) {
                   ended_ = true;
                   end_ = std::move(end);
                 }));
}

void ApiSourceTest::run_until(const std::function<bool()>& done) {
  if (!started_) start();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!done()) {
    ASSERT_FALSE(ended_ && started_) << "the source has ended";
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "what the test waits for did not happen";
    context.restart();
    context.run_one_until(deadline);
  }
}

void ApiSourceTest::run_until_change() {
  const std::size_t before = changes;
  run_until([this, before] { return changes > before; });
}

void ApiSourceTest::stop() {
  cancel_.emit(asio::cancellation_type::terminal);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  context.restart();
  while (!ended_ && context.run_one_until(deadline) > 0) {
  }
  ASSERT_TRUE(ended_);
  EXPECT_THROW(std::rethrow_exception(end_), boost::system::system_error);
}

const Variant* ApiSourceTest::variant(const std::string& name) const {
  const auto current = source().current();
  if (!current) return nullptr;
  const auto index = current->find("n", name);
  return index ? &current->variants()[*index] : nullptr;  // lives until something else is published
}

std::int32_t ApiSourceTest::replicas(const std::string& variant_name) const {
  const Variant* found = variant(variant_name);
  return found != nullptr && found->target ? found->target->spec_replicas : -1;
}

}  // namespace inferno::kubernetes
