#include "adapter/signals/wake_collector.hpp"

#include "adapter/signals/series_rows.hpp"

namespace inferno::signals {
namespace {

// A gateway may name anything it is asked for; what nobody serves is not worth unbounded memory.
constexpr std::size_t most_models = 50'000;

class WakeVisitor final : public prometheus::SeriesVisitor {
 public:
  explicit WakeVisitor(WakeState& state) : state_(state) {}

  void on_series(Labels labels) override {
    demand_ = nullptr;
    const std::string_view namespace_name = label_value(labels, "namespace");
    const std::string_view model_id = gateway_model(labels);
    const std::string_view signal = label_value(labels, "signal");
    signal_ = signal == "queue"      ? &WakeVisitor::add_queue
              : signal == "arrivals" ? &WakeVisitor::add_arrivals
                                     : &WakeVisitor::add_just_arrived;
    // Only a gateway may speak for every namespace.
    if (signal == "waiting" && namespace_name.empty()) return;
    if (model_id.empty()) return;
    if (state_.models.size() >= most_models && state_.models.find(namespace_name, model_id) == nullptr) return;
    demand_ = &state_.models.add(namespace_name, model_id);
  }

  void on_sample(TimePoint /*time*/, double value) override {
    if (demand_ != nullptr) (this->*signal_)(value);
  }

 private:
  void add_queue(double value) { demand_->queue += value; }
  void add_arrivals(double /*value*/) { demand_->arrivals = true; }
  void add_just_arrived(double /*value*/) { demand_->just_arrived = true; }

  WakeState& state_;
  WakeDemand* demand_ = nullptr;
  void (WakeVisitor::*signal_)(double) = nullptr;
};

}  // namespace

boost::asio::awaitable<bool> WakeCollector::refresh() {
  auto state = std::make_shared<WakeState>();
  state->as_of = clock_.now();
  Scope scope;
  if (!options_.watch_namespace.empty()) scope.namespaces = {options_.watch_namespace};
  const prometheus::RangeQuery query{.expression = expressions_.wake(scope),
                                     .start = state->as_of,
                                     .end = state->as_of,
                                     .step = options_.step,
                                     .deadline = std::nullopt};
  WakeVisitor visitor(*state);
  const prometheus::QueryResult<prometheus::QueryReport> report = co_await client_.query_range(query, visitor);
  if (!report) {
    telemetry_.failed("wake");
    co_return false;
  }
  clock_.observe(report->server_time);
  state_ = std::move(state);
  co_return true;
}

}  // namespace inferno::signals
