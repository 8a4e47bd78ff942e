#include "adapter/signals/capacity_collector.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace inferno::signals {
namespace {

double number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

// By row, the largest of the variant's pods: they are alike, but for a rollout.
class LargestCache final : public prometheus::SeriesVisitor {
 public:
  explicit LargestCache(const SeriesRows& rows)
      : rows_(rows), tokens_(rows.rows().table().size(), std::numeric_limits<float>::quiet_NaN()) {}

  void on_series(Labels labels) override {
    row_ = rows_.variant_of_pod(labels);
    engine_tokens_ = number(label_value(labels, "num_gpu_blocks")) * number(label_value(labels, "block_size"));
  }

  void on_sample(TimePoint /*time*/, double engines) override {
    if (!row_ || !(engine_tokens_ > 0)) return;
    const auto tokens = static_cast<float>(engines * engine_tokens_);
    float& largest = tokens_[*row_];
    largest = std::isnan(largest) ? tokens : std::max(largest, tokens);
  }

  [[nodiscard]] std::vector<float> take() { return std::move(tokens_); }

 private:
  const SeriesRows& rows_;
  std::vector<float> tokens_;
  std::optional<Row> row_;
  double engine_tokens_ = 0;
};

}  // namespace

bool CapacityCollector::due(TimePoint now) const {
  const FleetLayout& layout = context_.rows.layout();
  if (layout.divided_models().empty() || context_.options.names.cache_config.empty()) return false;
  return layout.division_fingerprint() != division_fingerprint_ || read_at_ != grid_time(now);
}

TimePoint CapacityCollector::grid_time(TimePoint now) const {
  return align_down(now, context_.options.capacity_interval);
}

boost::asio::awaitable<void> CapacityCollector::refresh(TimePoint now) {
  const TimePoint time = grid_time(now);
  const FleetLayout& layout = context_.rows.layout();
  Scope scope;
  if (!context_.options.watch_namespace.empty()) {
    scope.namespaces = {context_.options.watch_namespace};
  } else if (promql_alternatives(layout.divided_namespaces()).size() <= context_.options.max_model_matcher_bytes) {
    scope.namespaces = layout.divided_namespaces();
  }
  const std::size_t fingerprint = layout.division_fingerprint();
  LargestCache largest(context_.rows);
  const prometheus::RangeQuery query{.expression = context_.expressions.cache_blocks(scope),
                                     .start = time,
                                     .end = time,
                                     .step = context_.options.step,
                                     .deadline = std::nullopt};
  const prometheus::QueryResult<prometheus::QueryReport> report = co_await context_.client.query_range(query, largest);
  if (!report) {
    context_.telemetry.failed("cache_config");
    co_return;
  }
  read_at_ = time;
  division_fingerprint_ = fingerprint;
  kv_tokens_ = std::make_shared<const std::vector<float>>(largest.take());
}

}  // namespace inferno::signals
