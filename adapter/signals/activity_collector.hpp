// Keeps the activity ledger: reads it back over the longest retention period when the adapter starts, or when a longer
// one is configured, and then a step at a time. A stretch counts only when all of its queries were answered; until then
// it is asked for again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/signals/activity_ledger.hpp"
#include "adapter/signals/collector_context.hpp"

namespace inferno::signals {

class ActivityCollector {
 public:
  explicit ActivityCollector(CollectorContext& context);

  // Decides what has to be read to know everything up to `newest` (on the flow grid) over the layout's longest
  // retention period.
  void plan(TimePoint newest);
  // `unseen` are rows of models with ready replicas without any engine series: for them, `up` is the evidence.
  void set_unseen(std::vector<bool> unseen, std::vector<std::string> namespaces);

  // Steps that are still missing; 0 when all is known.
  [[nodiscard]] std::size_t missing_steps() const;
  [[nodiscard]] bool busy() const { return busy_; }
  // Reads one piece of what is missing. False when a query failed.
  boost::asio::awaitable<bool> extend();

  // Null until history has been read over the longest retention period.
  [[nodiscard]] std::shared_ptr<const ActivityLedger> ledger() const { return ledger_; }
  // Why the ledger is not up to date; empty when it is.
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] bool partial() const { return partial_; }
  [[nodiscard]] bool silent(Row row) const;
  void forget(const std::vector<Row>& rows);

 private:
  struct Query {
    const char* name = "";
    SampleBlock ActivityBlocks::* block = nullptr;
    FleetQuery query;
  };

  // The stretch that extend() reads next, and the ledger it belongs to.
  [[nodiscard]] GridRange next_piece(const ActivityLedger& ledger) const;
  boost::asio::awaitable<void> read(Query& query, const GridRange& range, ActivityBlocks& blocks);
  // What only a look at each counter can tell of the holes that end within the stretch.
  boost::asio::awaitable<void> read_undecided_holes(const ActivityLedger& ledger, ActivityBlocks& blocks);
  boost::asio::awaitable<void> read_oldest_data(const GridRange& range, std::optional<TimePoint>& oldest);
  [[nodiscard]] bool applies(const Query& query) const;
  void finish(ActivityLedger&& extended);

  CollectorContext& context_;
  std::vector<Query> queries_;
  FleetQuery any_data_;
  FleetQuery same_counters_;
  Duration hole_length_{};  // that same_counters_ asks for
  std::vector<bool> unseen_;
  std::vector<std::string> unseen_namespaces_;

  TimePoint newest_;
  std::shared_ptr<const ActivityLedger> ledger_;
  std::optional<ActivityLedger> rebuilding_;  // over a longer period, or after a long pause
  bool busy_ = false;
  bool partial_ = false;
  std::string failure_;
};

}  // namespace inferno::signals
