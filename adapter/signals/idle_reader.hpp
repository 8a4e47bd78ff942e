// Keeps the idle history: reads it back over the longest retention period when the adapter starts, or when a longer one
// is configured, and then a step at a time. A stretch counts only when all of its queries were answered; until then it
// is asked for again. One thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/signals/idle_history.hpp"
#include "adapter/signals/query_runner.hpp"

namespace inferno::signals {

class IdleReader {
 public:
  // Everything must outlive the reader.
  IdleReader(QueryRunner& runner, const QueryTable& queries, const SignalOptions& options);

  // Decides what has to be read to know everything up to `newest` (on the flow grid) over `longest_period`.
  void plan(TimePoint newest, Duration longest_period);
  // What has been read is not all that is to be known: the next plan begins anew.
  void begin_anew() { is_outdated_ = true; }

  // Steps that are still missing; 0 when all is known.
  [[nodiscard]] std::size_t missing_steps() const;
  [[nodiscard]] bool is_reading() const { return is_reading_; }
  // Reads one piece of what is missing. False when a query failed.
  boost::asio::awaitable<bool> extend();

  // Null until history has been read over the longest retention period.
  [[nodiscard]] std::shared_ptr<const IdleHistory> history() const { return history_; }
  // Why the history is not up to date; empty when it is.
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] bool is_silent(Row row) const;
  // Known to be so: no engine joined at that step.
  [[nodiscard]] bool is_without_new_pods(TimePoint time) const;
  void forget(const std::vector<Row>& rows);

 private:
  // The stretch that extend() reads next, and the history it belongs to.
  [[nodiscard]] GridRange next_piece(const IdleHistory& history) const;
  boost::asio::awaitable<void> read(Reading& reading, const GridRange& range, UseBlocks& blocks);
  // Whether each counter equals itself before a gap. Rows that were not scraped because Prometheus was away have the
  // same gap; others have few different ones, since both ends lie on the flow grid.
  boost::asio::awaitable<void> decide_gaps(const IdleHistory& history, UseBlocks& blocks);
  void finish(IdleHistory&& extended);

  QueryRunner& runner_;
  const SignalOptions& options_;
  std::vector<Reading> readings_;
  Reading same_counters_;

  TimePoint newest_;
  Duration longest_period_{};
  std::shared_ptr<const IdleHistory> history_;
  std::optional<IdleHistory> rebuilding_;   // over a longer period, after a long pause, or with more engines
  TimePoint joined_at_ = TimePoint::min();  // newest step at which some engine joined
  bool is_reading_ = false;
  bool is_outdated_ = false;
  std::string failure_;
};

}  // namespace inferno::signals
