// Keeps the window of samples on the step grid up to date. Each query has progress of its own: one that fails is asked
// again for the same steps, while the others go on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapter/signals/collector_context.hpp"
#include "adapter/signals/fleet_snapshot.hpp"
#include "adapter/signals/frame_window.hpp"

namespace inferno::signals {

class SampleCollector {
 public:
  explicit SampleCollector(CollectorContext& context);

  // Asks for the steps up to `newest` that are missing. False when every query failed; see failures().
  boost::asio::awaitable<bool> refresh(TimePoint newest);

  [[nodiscard]] const FrameWindow& window() const { return window_; }
  [[nodiscard]] const QueryFailures& failures() const { return failures_; }
  [[nodiscard]] const QueryFailures& variant_failures() const { return variant_failures_; }
  [[nodiscard]] bool partial() const;
  // Some pod of the model reported within the window.
  [[nodiscard]] bool reports(Row row) const;

 private:
  struct Query {
    Signal signal;
    const char* name;
    float GridSample::* field;
    bool by_variant;
    FleetQuery query;
    std::optional<TimePoint> answered_until;
    bool partial = false;
    std::string failure;  // of the newest attempt; empty when it succeeded
  };

  void add(Signal signal, const char* name, float GridSample::* field,
           std::string (Expressions::*expression)(Grouping, const Scope&) const);
  [[nodiscard]] bool applies(const Query& query) const;
  [[nodiscard]] Scope with_divided_models(Scope scope) const;
  void follow_layout();
  boost::asio::awaitable<void> read(Query& query, TimePoint newest);

  CollectorContext& context_;
  FrameWindow window_;
  std::vector<Query> queries_;
  std::size_t division_fingerprint_ = 0;
  QueryFailures failures_;
  QueryFailures variant_failures_;
};

// The scope restricted to models with several variants, where their names are short enough to be sent.
[[nodiscard]] Scope restricted_to_divided_models(const CollectorContext& context, Scope scope);

}  // namespace inferno::signals
