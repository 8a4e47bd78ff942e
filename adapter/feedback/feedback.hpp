// What the operator sees in the cluster: the status of VariantAutoscalings and events about them.
//
// Each second the newest decisions are compared with what the cluster says, and what differs is written by server-side
// apply, few at a time and within a rate, so that a start with thousands of variants doesn't flood the API server. One
// replica of the adapter writes; when another takes over it finds in the cluster what has been written. Without
// permission to write, everything else goes on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/feedback/event_queue.hpp"
#include "adapter/feedback/status_ledger.hpp"
#include "adapter/feedback/token_bucket.hpp"
#include "adapter/feedback/write_backoff.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/provider/decision_service.hpp"

namespace inferno::feedback {

struct FeedbackSettings {
  bool write_status = true;
  bool write_events = true;
  Duration status_interval{5'000};  // between two writes of one object's status
  WiringSettings wiring;
  double status_writes_per_second = 20;  // of all objects
  EventLimits events;
  std::string instance = "inferno-adapter";  // of this replica: the pod's name; reportingInstance of events
};

class Feedback {
 public:
  // Everything must outlive it. `may_act`: this replica is the one that writes; empty: there is no other. `wall_clock`
  // is only written down.
  Feedback(kubernetes::ApiClient& client, DecisionService& decisions, FeedbackSettings settings,
           const Clock& wall_clock, std::function<bool()> may_act = {}, MonotonicClock now = system_monotonic_clock());

  // A round each second, on the executor of the client and the decision service. Ends when cancelled.
  boost::asio::awaitable<void> run();

  // Looks at the newest decisions, and writes what is due. As long as this replica writes, that counts as asking for
  // them: signals stay fresh, whichever replica the autoscalers ask.
  boost::asio::awaitable<void> round();

 private:
  [[nodiscard]] bool signals_are_fresh(const DecisionBoard& board) const;
  boost::asio::awaitable<void> write_status(std::size_t position);
  boost::asio::awaitable<void> send_event(EventQueue::Entry entry);

  kubernetes::ApiClient& client_;
  DecisionService& decisions_;
  FeedbackSettings settings_;
  const Clock& wall_clock_;
  std::function<bool()> may_act_;
  MonotonicClock now_;
  std::optional<MonotonicTime> leads_since_;
  StatusLedger ledger_;
  EventQueue events_;
  TokenBucket status_writes_;
  WriteBackoff status_backoff_{"the status of VariantAutoscalings", "patch on variantautoscalings/status (llmd.ai)"};
  WriteBackoff event_backoff_{"events", "create on events (events.k8s.io)"};
};

}  // namespace inferno::feedback
