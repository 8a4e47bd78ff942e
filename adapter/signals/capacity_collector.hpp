// Reads how many tokens the KV cache of a replica holds, from vllm:cache_config_info. It seldom changes, and matters
// only where a model has several variants: it is read every few minutes, and only then. As of a coarse grid of its own,
// so that every replica of the adapter reads the same.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "adapter/signals/collector_context.hpp"

namespace inferno::signals {

class CapacityCollector {
 public:
  explicit CapacityCollector(CollectorContext& context) : context_(context) {}

  [[nodiscard]] bool due(TimePoint now) const;
  // A failure keeps what is known; it is read again at the next refresh.
  boost::asio::awaitable<void> refresh(TimePoint now);

  // By row; NaN where unknown.
  [[nodiscard]] std::shared_ptr<const std::vector<float>> kv_tokens() const { return kv_tokens_; }

 private:
  [[nodiscard]] TimePoint grid_time(TimePoint now) const;

  CollectorContext& context_;
  std::optional<TimePoint> read_at_;
  std::size_t division_fingerprint_ = 0;
  std::shared_ptr<const std::vector<float>> kv_tokens_ = std::make_shared<const std::vector<float>>();
};

}  // namespace inferno::signals
