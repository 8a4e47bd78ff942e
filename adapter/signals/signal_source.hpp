// Who keeps the signals fresh. Requests read `current()`; they wait only when it is older than they accept.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "adapter/common/time.hpp"
#include "adapter/signals/fleet_signals.hpp"

namespace inferno {

class SignalSource {
 public:
  virtual ~SignalSource() = default;

  // Null until the first refresh has succeeded. Thread safe. Does not count as asking (whoever decides anew after a
  // refresh calls it).
  [[nodiscard]] virtual std::shared_ptr<const FleetSignals> current() const = 0;

  // Returns when a snapshot no older than the freshness window exists or the attempt to get one failed (see
  // last_failure). All callers share one flight. May be awaited from any executor; resumes there.
  virtual boost::asio::awaitable<void> refresh_if_old() = 0;

  // Whether refresh_if_old() would gain anything: false while the snapshot is fresh, a refresh-ahead is under way, or
  // refreshes fail. The request path asks this first, so it costs a few atomic loads and no hop to another
  // executor. Thread safe.
  [[nodiscard]] virtual bool worth_waiting() const = 0;

  // The cause of the newest failed refresh; nothing after a successful one. Thread safe.
  [[nodiscard]] virtual std::optional<std::string> last_failure() const = 0;

  // What to add to this machine's time to get Prometheus', which a snapshot's as_of() is told in. Zero while they
  // agree. Thread safe.
  [[nodiscard]] virtual Duration clock_correction() const = 0;
};

}  // namespace inferno
