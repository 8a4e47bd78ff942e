// Keeps what full replicas were seen to do: looked back for over the learning window at start, and then a step of the
// flow grid at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/signals/collector_context.hpp"
#include "adapter/signals/learned_table.hpp"

namespace inferno::signals {

class LearnedCollector {
 public:
  explicit LearnedCollector(CollectorContext& context);

  void plan(TimePoint newest);  // on the flow grid
  [[nodiscard]] std::size_t missing_steps() const;
  [[nodiscard]] bool busy() const { return busy_; }
  // Reads one piece of what is missing. False when a query failed.
  boost::asio::awaitable<bool> extend();

  [[nodiscard]] std::shared_ptr<const LearnedTable> table() const { return table_; }
  [[nodiscard]] bool silent(Row row) const;
  void forget(const std::vector<Row>& rows);

 private:
  struct Query {
    const char* name = "";
    Learned kind = Learned::throughput;
    bool by_variant = false;
    FleetQuery query;
    std::optional<TimePoint> answered_until;
  };

  void add(const char* name, Learned kind, bool by_variant, std::function<std::string(const Scope&)> expression);
  [[nodiscard]] bool applies(const Query& query) const;
  [[nodiscard]] GridRange missing(const Query& query) const;
  void follow_layout();
  boost::asio::awaitable<void> read(Query& query, bool& failed);

  CollectorContext& context_;
  std::vector<Query> queries_;
  TimePoint newest_;
  std::size_t division_fingerprint_ = 0;
  std::shared_ptr<const LearnedTable> table_;
  bool busy_ = false;
};

}  // namespace inferno::signals
