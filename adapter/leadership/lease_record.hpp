// What a Lease (coordination.k8s.io/v1) says about who leads, and what is to be done about it. Pure. The rules are
// those of client-go's leaderelection: a holder's claim lasts for the lease's duration from the moment that *we* saw
// the lease change; clocks of different machines are never compared.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"

namespace inferno::leadership {

struct LeaseRecord {
  std::string holder;        // identity; empty: nobody leads
  Duration duration{};       // whole seconds
  std::string acquire_time;  // as written; only the text is compared
  std::string renew_time;
  std::int64_t transitions = 0;  // how often the holder has changed

  bool operator==(const LeaseRecord&) const = default;
};

// Fields that are missing or of another type count as not set.
[[nodiscard]] LeaseRecord parse_lease(const nlohmann::json& lease);
// Puts the record into the object's spec and leaves the rest of it as it is.
void write_lease(nlohmann::json& lease, const LeaseRecord& record);

// What the holder of `identity` writes to lead from now on. `seen`: what the lease says; nothing where there is none.
[[nodiscard]] LeaseRecord claimed(const std::optional<LeaseRecord>& seen, const std::string& identity,
                                  Duration duration, TimePoint now);
// What a holder that stops writes, so that the next one need not wait.
[[nodiscard]] LeaseRecord released(const LeaseRecord& held, TimePoint now);

enum class LeaseVerdict : std::uint8_t {
  free = 1,  // nobody holds it, or whoever does has not renewed it in time
  ours,
  taken,
};

class LeaseObserver {
 public:
  explicit LeaseObserver(std::string identity) : identity_(std::move(identity)) {}

  // What is to be thought of the lease as seen at `now` (nothing: there is none). Remembers when it last changed.
  LeaseVerdict observe(const std::optional<LeaseRecord>& seen, MonotonicTime now);

 private:
  std::string identity_;
  std::optional<LeaseRecord> last_;
  MonotonicTime changed_at_;
};

}  // namespace inferno::leadership
