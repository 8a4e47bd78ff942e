// ConfigMap entries: whatever a key holds, parsing ends, and what is resolved keeps the promises that decisions rely
// on.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "adapter/policy/policy_book.hpp"
#include "tests/fuzz/require.hpp"

namespace {

void check(const inferno::ModelPolicy& policy) {
  using inferno::require;
  const inferno::SaturationPolicy& saturation = policy.saturation;
  const double kv_threshold = saturation.kv_cache_threshold.value;
  const double kv_trigger = saturation.kv_spare_trigger.value;
  const double queue_trigger = saturation.queue_spare_trigger.value;
  const double utilization = saturation.target_utilization.value;
  require(policy.scale_to_zero.retention_period.value > inferno::Duration::zero(), "the retention period is positive");
  require(kv_threshold > 0 && kv_threshold <= 1, "0 < kvCacheThreshold <= 1");
  require(kv_trigger >= 0 && kv_trigger < kv_threshold, "0 <= kvSpareTrigger < kvCacheThreshold");
  require(queue_trigger >= 0 && queue_trigger < saturation.queue_length_threshold.value,
          "0 <= queueSpareTrigger < queueLengthThreshold");
  require(utilization > 0 && utilization <= 1, "0 < targetUtilization <= 1");
  require(saturation.drain_seconds.value > 0, "drainSeconds is positive");
}

}  // namespace

// The input is the text of three keys, separated by a zero byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  std::map<std::string, std::string> entries;
  for (const char* key : {"a", "b", "default"}) {
    const std::size_t end = text.find('\0');
    entries[key] = text.substr(0, end);
    text = end == std::string::npos ? std::string{} : text.substr(end + 1);
  }
  inferno::PolicySources sources;
  sources.scale_to_zero = entries;
  sources.saturation = entries;
  sources.further = {{{.kind = inferno::PolicyKind::saturation, .name = "s", .namespace_name = "n"}, entries}};
  const inferno::PolicyBook book = inferno::PolicyBook::parse(sources);
  check(book.resolve({.namespace_name = "n", .model_id = "m"}));
  check(book.resolve({.namespace_name = "other", .model_id = "m"}));
  return 0;
}
