#include "adapter/leadership/lease_record.hpp"

#include <chrono>

#include "adapter/kubernetes/json_field.hpp"
#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::leadership {
namespace {

std::int64_t number_at(const nlohmann::json& lease, std::initializer_list<std::string_view> path) {
  const nlohmann::json* value = kubernetes::find_field(lease, path);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

}  // namespace

LeaseRecord parse_lease(const nlohmann::json& lease) {
  LeaseRecord record;
  record.holder = kubernetes::find_text(lease, {"spec", "holderIdentity"});
  record.duration = std::chrono::seconds{number_at(lease, {"spec", "leaseDurationSeconds"})};
  record.acquire_time = kubernetes::find_text(lease, {"spec", "acquireTime"});
  record.renew_time = kubernetes::find_text(lease, {"spec", "renewTime"});
  record.transitions = number_at(lease, {"spec", "leaseTransitions"});
  return record;
}

void write_lease(nlohmann::json& lease, const LeaseRecord& record) {
  nlohmann::json& spec = lease["spec"];
  if (!spec.is_object()) spec = nlohmann::json::object();
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = std::chrono::duration_cast<std::chrono::seconds>(record.duration).count();
  spec["acquireTime"] = record.acquire_time;
  spec["renewTime"] = record.renew_time;
  spec["leaseTransitions"] = record.transitions;
}

LeaseRecord claimed(const std::optional<LeaseRecord>& seen, const std::string& identity, Duration duration,
                    TimePoint now) {
  LeaseRecord record = seen.value_or(LeaseRecord{});
  record.renew_time = kubernetes::format_micro_time_field(now);
  record.duration = duration;
  const bool is_new = record.holder != identity;
  if (is_new && seen) ++record.transitions;
  // An empty time is not one that the API server takes.
  if (is_new || record.acquire_time.empty()) record.acquire_time = record.renew_time;
  record.holder = identity;
  return record;
}

LeaseRecord released(const LeaseRecord& held, TimePoint now) {
  LeaseRecord record = held;
  record.holder.clear();
  record.duration = std::chrono::seconds{1};  // zero is not valid
  record.acquire_time = record.renew_time = kubernetes::format_micro_time_field(now);
  return record;
}

LeaseVerdict LeaseObserver::observe(const std::optional<LeaseRecord>& seen, MonotonicTime now) {
  if (seen != last_) {
    last_ = seen;
    changed_at_ = now;
  }
  if (!seen || seen->holder.empty()) return LeaseVerdict::free;
  if (seen->holder == identity_) return LeaseVerdict::ours;
  return now >= changed_at_ + seen->duration ? LeaseVerdict::free : LeaseVerdict::taken;
}

}  // namespace inferno::leadership
