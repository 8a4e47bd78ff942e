#include "tests/schedules/replica.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

namespace inferno::schedules {

namespace asio = boost::asio;

Replica::Replica(std::string name, const World& world, const AdapterSettings& settings, BoardListener on_board)
    : name_(std::move(name)),
      world_(world),
      started_(world.clock.now()),
      view_(world.cluster, world.timing.sabotage == Sabotage::policy_edits_missed),
      refresh_(world.fleet, settings.signals, world.timing, world.traits, world.clock, world.faults, world.random,
               registry_),
      wake_(world.fleet, settings.signals, world.timing, world.traits, world.clock, world.faults, world.random,
            registry_),
      collector_(context_.get_executor(), settings.signals, {.refresh = refresh_, .wake = wake_}, world.clock, view_,
                 registry_),
      decisions_(context_.get_executor(), view_, collector_, world.clock, settings.decision, registry_),
      provider_(decisions_, settings.provider) {
  view_.on_change([this] { decisions_.rebuild(); });
  collector_.on_publish([this] { decisions_.rebuild(); });
  decisions_.on_decided(std::move(on_board));
  see_cluster();
  decisions_.rebuild();
  spawn(collector_.run());
  asio::co_spawn(context_, decisions_.run(),
                 asio::bind_cancellation_slot(cancel_.slot(), [this](auto) { --running_; }));
  ++running_;
}

Replica::~Replica() {
  stopping_ = true;
  collector_.stop();
  cancel_.emit(asio::cancellation_type::terminal);
  while (running_ > 0) loop_.run_due();
}

// What fails ends the run: the exception comes out of run_due().
void Replica::spawn(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(context_, std::move(task), [this](const std::exception_ptr& failure) {
    --running_;
    if (failure) std::rethrow_exception(failure);
    if (!stopping_) throw std::logic_error("the collector ended by itself");
  });
}

void Replica::see_cluster() {
  view_.refresh(world_.clock.now());
}

std::string Replica::unknown_query() const {
  return refresh_.unknown_query().empty() ? wake_.unknown_query() : refresh_.unknown_query();
}

void Replica::ask(const std::string& namespace_name, const std::string& variant, AnswerListener listener) {
  ++running_;
  asio::co_spawn(context_, answer(namespace_name, variant, std::move(listener)),
                 [this](const std::exception_ptr& failure) {
                   --running_;
                   if (failure && !stopping_) std::rethrow_exception(failure);
                 });
}

asio::awaitable<void> Replica::answer(std::string namespace_name, std::string variant, AnswerListener listener) {
  Answer answer{.asked = world_.clock.now(), .replicas = {}, .error = {}};
  server::CustomMetricRequest request;
  request.group = "llmd.ai";
  request.resource = "variantautoscalings";
  request.namespace_name = std::move(namespace_name);
  request.name = std::move(variant);
  request.metric = "inferno_desired_replicas";
  const server::LabelSelector everything;
  const auto value = co_await provider_.custom_metric(std::move(request), everything);
  if (value) {
    answer.replicas = value->value;
  } else {
    answer.error = value.error().message;
  }
  if (!stopping_) listener(answer);
}

}  // namespace inferno::schedules
