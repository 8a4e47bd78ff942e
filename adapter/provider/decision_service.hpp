// Keeps the decision board up to date: decides again when the signals, the cluster state or the mere passing of time
// change something.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapter/common/published.hpp"
#include "adapter/common/time.hpp"
#include "adapter/provider/decision_board.hpp"
#include "adapter/signals/signal_source.hpp"
#include "adapter/state/cluster_source.hpp"

namespace inferno {

class DecisionService {
 public:
  // `executor` runs one thing at a time; rebuild() and run() are called there. References outlive the service.
  DecisionService(const boost::asio::any_io_executor& executor, ClusterSource& cluster, SignalSource& signals,
                  const Clock& clock, DecisionSettings settings, ::prometheus::Registry& registry);

  // Decides everything anew and publishes the result. Does nothing before the cluster state has been synced once.
  void rebuild();

  // Called with each board that has just been published, on the executor. Set once, before the first rebuild.
  void on_decided(std::function<void(const DecisionBoard&)> listener) { listener_ = std::move(listener); }

  // Rebuilds when an answer is no longer valid because time has passed. Ends when cancelled.
  boost::asio::awaitable<void> run();

  // The present board, as fresh as it can be had: waits for a refresh of the signals only where that would gain
  // something. Null before the first sync. Thread safe; resumes on the caller's executor.
  boost::asio::awaitable<std::shared_ptr<const DecisionBoard>> fresh_board();

  // The present board as it is. Thread safe.
  [[nodiscard]] std::shared_ptr<const DecisionBoard> board() const { return board_.load(); }

  // Counts as asking, so that the signals stay fresh, and never waits. Thread safe.
  void keep_asking();

  [[nodiscard]] std::optional<std::string> signal_failure() const { return signals_.last_failure(); }
  [[nodiscard]] const DecisionSettings& settings() const { return settings_; }
  // The time that decisions are made at: Prometheus', for it is the age of signals that matters. Thread safe.
  [[nodiscard]] TimePoint now() const { return clock_.now() + signals_.clock_correction(); }

 private:
  void count(const DecisionBoard& board);

  boost::asio::steady_timer timer_;
  ClusterSource& cluster_;
  SignalSource& signals_;
  const Clock& clock_;
  DecisionSettings settings_;
  std::array<::prometheus::Counter*, 8> decisions_{};  // by reason
  ::prometheus::Histogram& duration_;
  std::function<void(const DecisionBoard&)> listener_;
  Published<DecisionBoard> board_;
};

}  // namespace inferno
