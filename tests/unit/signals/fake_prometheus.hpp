// Prometheus for unit tests: series by the exact expression that asks for them. Whatever else is asked has an empty
// answer.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::testing {

class FakePrometheus final : public prometheus::RangeQueryClient {
 public:
  using SeriesLabels = std::vector<std::pair<std::string, std::string>>;
  using Value = std::function<std::optional<double>(TimePoint)>;

  // Another value of a series that was given before takes its place.
  void give(const std::string& expression, SeriesLabels labels, Value value);
  void fail(const std::string& expression, const std::string& message) { failures_[expression] = message; }
  void recover() { failures_.clear(); }

  boost::asio::awaitable<prometheus::QueryResult<prometheus::QueryReport>> query_range(
      const prometheus::RangeQuery& query, prometheus::SeriesVisitor& visitor) override;

  [[nodiscard]] std::vector<prometheus::RangeQuery> asked(const std::string& expression) const;

  std::vector<prometheus::RangeQuery> queries;              // every one, in order
  std::map<std::string, std::string> warnings;              // by expression, in its answers
  std::string warn_always;                                  // in every answer
  std::optional<TimePoint> date;                            // in every answer
  bool down = false;                                        // nothing can be reached
  Duration shift{};                                         // of the times in every answer
  bool held = false;                                        // answers wait until it is let go
  std::string held_expression;                              // so do answers to this one
  std::size_t most_samples = static_cast<std::size_t>(-1);  // of one answer; above that it refuses

 private:
  struct Series {
    SeriesLabels labels;
    Value value;
  };
  std::map<std::string, std::vector<Series>> series_;
  std::map<std::string, std::string> failures_;
};

[[nodiscard]] inline FakePrometheus::Value always(double value) {
  return [value](TimePoint) { return std::optional(value); };
}

}  // namespace inferno::testing
