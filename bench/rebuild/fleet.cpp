#include "bench/rebuild/fleet.hpp"

#include <spdlog/fmt/fmt.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "adapter/signals/fleet_snapshot.hpp"

namespace inferno::bench {
namespace {

using signals::GridRange;
using signals::Row;
using signals::SampleBlock;

constexpr std::size_t namespaces = 20;
constexpr std::size_t models_per_own_policy = 100;

std::string namespace_of(std::size_t model) {
  return fmt::format("team-{:02}", model % namespaces);
}

std::string model_id(std::size_t model) {
  return fmt::format("meta-llama/llama-{:05}-instruct", model);
}

// Of its one pod.
std::string owner_of(std::size_t model) {
  return fmt::format("llama-{:05}-7c9f8d6b5", model);
}

bool is_full(std::size_t model) {
  return model % 4 == 0;
}

Variant make_variant(std::size_t model) {
  Variant variant;
  variant.namespace_name = namespace_of(model);
  variant.name = fmt::format("llama-{:05}", model);
  variant.model_id = model_id(model);
  variant.accelerator = "H100";
  variant.created = noon - std::chrono::hours{24};
  variant.target_reference = {.api_version = "apps/v1", .kind = "Deployment", .name = variant.name};
  variant.target = ScaleTarget();
  variant.target->ready_replicas = 1;
  variant.target->max_num_seqs = 128;
  return variant;
}

using Value = std::function<double(std::size_t model, TimePoint time)>;

// One value per model and step, from `first_row` on.
SampleBlock make_block(const GridRange& range, std::size_t models, std::size_t first_row, const Value& value) {
  SampleBlock block(range);
  for (std::size_t model = 0; model < models; ++model) {
    for (std::size_t step = 0; step < range.size(); ++step) {
      block.add(static_cast<Row>(first_row + model), step, value(model, range.at(step)));
    }
  }
  return block;
}

double changing(std::size_t model, TimePoint time) {
  return static_cast<double>((model + static_cast<std::size_t>(time.time_since_epoch() / std::chrono::seconds{5})) % 7);
}

signals::FrameList make_frames(std::size_t models, const signals::SignalOptions& options) {
  signals::SampleWindow window(options.step, options.history);
  window.advance(noon);
  const GridRange range{.first = window.oldest(), .last = noon, .step = options.step};
  const auto merge = [&](float GridSample::* field, std::size_t first_row, const Value& value) {
    window.merge(make_block(range, models, first_row, value), field);
  };
  merge(&GridSample::kv, 0,
        [](std::size_t model, TimePoint time) { return (is_full(model) ? 0.9 : 0.3) + changing(model, time) / 100; });
  merge(&GridSample::running, 0,
        [](std::size_t model, TimePoint time) { return (is_full(model) ? 64 : 8) + changing(model, time); });
  merge(&GridSample::waiting, 0, [](std::size_t model, TimePoint) { return is_full(model) ? 12.0 : 0.0; });
  merge(&GridSample::replicas, 0, [](std::size_t, TimePoint) { return 1.0; });
  merge(&GridSample::finished_rise, 0, [](std::size_t model, TimePoint time) { return 90 + changing(model, time); });
  merge(&GridSample::gateway_queue, models, [](std::size_t, TimePoint) { return 0.0; });
  return window.frames();
}

std::shared_ptr<const signals::IdleHistory> make_idle_history(std::size_t models,
                                                              const signals::SignalOptions& options) {
  const TimePoint begin = signals::IdleHistory::begin_for(noon, std::chrono::minutes{10}, options.flow_interval);
  auto history = std::make_shared<signals::IdleHistory>(begin, options.flow_interval, options.gap_tolerance);
  signals::UseBlocks blocks({.first = begin + options.flow_interval, .last = noon, .step = options.flow_interval});
  const GridRange range = blocks.reporting.range();
  blocks.reporting = make_block(range, models, 0, [](std::size_t, TimePoint) { return 1.0; });
  blocks.used = make_block(range, models, 0, [](std::size_t, TimePoint) { return 1.0; });
  blocks.finished = make_block(range, models, 0, [](std::size_t, TimePoint) { return 90.0; });
  history->append(blocks);
  return history;
}

std::shared_ptr<const signals::Calibration> make_calibration(std::size_t models,
                                                             const signals::SignalOptions& options) {
  auto calibration = std::make_shared<signals::Calibration>(options.flow_interval, options.learning_window);
  const GridRange range{.first = noon - options.flow_interval * 19, .last = noon, .step = options.flow_interval};
  for (const auto& [kind, typical] :
       {std::pair{signals::Calibrated::throughput, 6.0}, {signals::Calibrated::batch, 64.0}}) {
    SampleBlock block(range);
    for (std::size_t model = 0; model < models; ++model) {
      for (std::size_t step = 0; is_full(model) && step < range.size(); ++step) {
        block.add(static_cast<Row>(model), step, typical + changing(model, range.at(step)) / 10);
      }
    }
    calibration->append(kind, block);
  }
  return calibration;
}

}  // namespace

std::shared_ptr<const ClusterState> make_state(std::size_t models) {
  PolicySources sources;
  sources.scale_to_zero.emplace().emplace("default",
                                          "enable_scale_to_zero: true\nscale_to_zero_retention_period: 10m\n");
  sources.saturation.emplace().emplace("default", "kvCacheThreshold: 0.8\nqueueLengthThreshold: 5\n");
  std::vector<Variant> variants;
  for (std::size_t model = 0; model < models; ++model) {
    variants.push_back(make_variant(model));
    if (model % models_per_own_policy != 0) continue;
    (*sources.saturation)[fmt::format("model-{}", model)] =
        fmt::format("model_id: {}\nnamespace: {}\ntargetUtilization: 0.7\n", model_id(model), namespace_of(model));
  }
  auto policies = std::make_shared<const PolicyBook>(PolicyBook::parse(sources));
  return std::make_shared<const ClusterState>(std::move(variants), std::move(policies));
}

std::shared_ptr<const FleetSignals> make_signals(std::size_t models) {
  const signals::SignalOptions options;
  signals::FleetSnapshot::Parts parts;
  auto rows = std::make_shared<signals::RowTable>();
  for (std::size_t model = 0; model < models; ++model) {
    rows->add({.namespace_name = namespace_of(model), .model_id = model_id(model), .owner = owner_of(model)});
  }
  for (std::size_t model = 0; model < models; ++model) {
    rows->add({.namespace_name = {}, .model_id = model_id(model), .owner = {}});
  }
  parts.as_of = noon;
  parts.rows = std::move(rows);
  parts.frames = make_frames(models, options);
  parts.idle = make_idle_history(models, options);
  parts.calibration = make_calibration(models, options);
  parts.kv_tokens = std::make_shared<const signals::KvTokens>();
  parts.sightings = std::make_shared<const signals::Sightings>();
  return std::make_shared<const signals::FleetSnapshot>(options, std::move(parts));
}

}  // namespace inferno::bench
