// What each model server exports. Sources: the servers' own (see docs/integrations/engines.md).
//
// A series is written as its name, with label matchers where the name alone does not tell it apart:
// `sglang:num_running_reqs{priority=""}`. Several are the same thing under a newer and an older name: the first that a
// pod has counts. None: the engine does not tell.
#pragma once

#include <array>
#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/engine.hpp"

namespace inferno::signals {

using SeriesList = std::vector<std::string>;
using EngineSet = std::bitset<engine_count>;

struct EngineSeries {
  SeriesList running;
  SeriesList waiting;
  SeriesList kv_usage;
  SeriesList finished;
  SeriesList waiting_by_reason;  // label reason
  SeriesList cache_config;       // labels num_gpu_blocks, block_size
  // What kv_usage is a part of; none: it is a fraction already.
  SeriesList kv_capacity;
  // False where `finished` rises with use, but not by one for each request (tokens, steps of an ensemble): it shows
  // that the engine is used, and nothing about its speed.
  bool finished_are_requests = true;

  // vLLM's, and those of its relatives that differ in the start of the names only.
  [[nodiscard]] static EngineSeries vllm(std::string_view prefix);
};

class EngineTable {
 public:
  EngineTable();

  // Every target is taken for one that exports this.
  void use_for_all(EngineSeries series);

  [[nodiscard]] const EngineSeries& of(Engine engine) const { return series_.at(index_of(engine)); }
  // Where `of` is the same for several engines, one stands for all.
  [[nodiscard]] std::size_t index_of(Engine engine) const { return is_one_ ? 0 : static_cast<std::size_t>(engine); }

  // One line per name that PromQL would not take as a metric name, and per required series that is missing.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  std::array<EngineSeries, engine_count> series_;
  bool is_one_ = false;
};

}  // namespace inferno::signals
