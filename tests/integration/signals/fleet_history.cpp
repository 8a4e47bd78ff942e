#include "tests/integration/signals/fleet_history.hpp"

#include <spdlog/fmt/fmt.h>

namespace inferno::testing {

FleetHistory& FleetHistory::add(const std::string& series, TimePoint from, TimePoint to, const Value& value,
                                const Keep& keep) {
  const TimePoint first = align_down(from, scrape_interval) + scrape_offset + phase_;
  for (TimePoint time = first; time <= to; time += scrape_interval) {
    if (time > from && keep(time)) samples_.add(series, time, value(time));
  }
  return *this;
}

FleetHistory& FleetHistory::add(const std::string& name, const PodLabels& labels, TimePoint from, TimePoint to,
                                const Value& value, const Keep& keep) {
  return add(fmt::format(R"({}{{namespace="{}",model_name="{}",pod="{}"{}{}}})", name, labels.namespace_name,
                         labels.model, labels.pod, labels.extra.empty() ? "" : ",", labels.extra),
             from, to, value, keep);
}

FleetHistory::Value constant(double value) {
  return [value](TimePoint) { return value; };
}

FleetHistory::Value step_at(TimePoint time, double before, double after) {
  return [=](TimePoint t) { return t < time ? before : after; };
}

FleetHistory::Value growing(TimePoint from, double rate) {
  return [=](TimePoint t) { return rate * static_cast<double>((t - from) / scrape_interval); };
}

FleetHistory::Keep except(TimePoint from, TimePoint to) {
  return [=](TimePoint t) { return t <= from || t >= to; };
}

}  // namespace inferno::testing
