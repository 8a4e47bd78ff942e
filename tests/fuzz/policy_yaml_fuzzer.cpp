// ConfigMap entries: whatever a key holds, parsing ends, and what is resolved keeps the promises that decisions rely
// on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "adapter/policy/policy_book.hpp"

namespace {

void check(const inferno::ModelPolicy& policy) {
  const inferno::SaturationPolicy& saturation = policy.saturation;
  const bool sound = policy.scale_to_zero.retention_period.value > inferno::Duration::zero() &&
                     saturation.kv_cache_threshold.value > 0 && saturation.kv_cache_threshold.value <= 1 &&
                     saturation.kv_spare_trigger.value >= 0 &&
                     saturation.kv_spare_trigger.value < saturation.kv_cache_threshold.value &&
                     saturation.queue_spare_trigger.value >= 0 &&
                     saturation.queue_spare_trigger.value < saturation.queue_length_threshold.value &&
                     saturation.target_utilization.value > 0 && saturation.target_utilization.value <= 1 &&
                     saturation.drain_seconds.value > 0;
  if (!sound) std::abort();
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
  const inferno::PolicyBook book = inferno::PolicyBook::parse(sources);
  check(book.resolve({.namespace_name = "n", .model_id = "m"}));
  check(book.resolve({.namespace_name = "other", .model_id = "m"}));
  return 0;
}
