// The samples of the fleet as seen from one evaluation step of a query: what PromQL's selectors and range functions
// would find there.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "tests/schedules/fleet.hpp"
#include "tests/schedules/signal_meaning.hpp"

namespace inferno::schedules {

inline constexpr Duration lookback = std::chrono::minutes{5};

// A sum that knows whether anything was added.
struct Sum {
  double value = 0;
  int count = 0;

  void add(double more) {
    value += more;
    ++count;
  }
};

class ScrapeView {
 public:
  ScrapeView(const Fleet& fleet, const GridTiming& timing, TimePoint time, TimePoint asked_at)
      : fleet_(fleet), timing_(timing), time_(time), asked_at_(asked_at) {}

  // The newest sample at `at`, stale markers and lookback minded.
  template <class Sample>
  [[nodiscard]] const Sample* instant(const std::vector<Sample>& samples, TimePoint at) const {
    const Sample* newest = newest_until(samples, at);
    return newest != nullptr && newest->good && at - newest->time < lookback ? newest : nullptr;
  }

  // last_over_time: the newest that is no stale marker within the range that ends at `at`.
  template <class Sample>
  [[nodiscard]] const Sample* last(const std::vector<Sample>& samples, TimePoint at, Duration range) const {
    for (const Sample* sample = newest_until(samples, at); sample != nullptr; --sample) {
      if (!within(sample->time, at, range)) return nullptr;
      if (sample->good) return sample;
      if (sample == samples.data()) return nullptr;
    }
    return nullptr;
  }

  // Calls `see` with each good sample within the range that ends now.
  template <class Sample, class See>
  void each(const std::vector<Sample>& samples, Duration range, See see) const {
    for (const Sample* sample = newest_until(samples, time_); sample != nullptr; --sample) {
      if (!within(sample->time, time_, range)) return;
      if (sample->good) see(*sample);
      if (sample == samples.data()) return;
    }
  }

  [[nodiscard]] const Scrape* now(const Pod& pod) const { return instant(pod.scrapes, time_); }
  [[nodiscard]] bool known(const Pod& pod) const { return last(pod.scrapes, time_, std::chrono::hours{1}) != nullptr; }
  [[nodiscard]] const Scrape* recent(const Pod& pod, Duration ago = {}) const {
    return last(pod.scrapes, time_ - ago, timing_.flow_interval);
  }
  // The last value before the interval.
  [[nodiscard]] const Scrape* earlier(const Pod& pod) const {
    return last(pod.scrapes, time_ - timing_.flow_interval, timing_.gap_tolerance);
  }

  [[nodiscard]] double kv(const Pod& pod) const {
    double peak = -1;
    each(pod.scrapes, timing_.step, [&](const Scrape& scrape) { peak = std::max(peak, usage(scrape)); });
    if (const Scrape* scrape = now(pod); peak < 0 && scrape != nullptr) peak = usage(*scrape);
    return peak;
  }

  // Nothing where no series has a previous value.
  [[nodiscard]] std::optional<double> rise(const Scrape* newest, const Scrape* before) const {
    if (newest == nullptr || before == nullptr) return std::nullopt;
    if (is(Sabotage::finished_requests_ignored)) return 0;
    Sum rise;
    for (std::size_t i = 0; i < newest->finished.size(); ++i) {
      const double value = newest->finished.at(i);
      const double previous = before->finished.at(i);
      if (value < 0 || previous < 0) continue;
      rise.add(value < previous ? value : value - previous);
    }
    return rise.count > 0 ? std::optional(rise.value) : std::nullopt;
  }

  // Finished requests; nothing where no counter changed.
  [[nodiscard]] std::optional<double> finished_activity(const Pod& pod) const {
    if (is(Sabotage::finished_requests_ignored)) return std::nullopt;
    const Scrape* newest = recent(pod);
    const Scrape* before = earlier(pod);
    if (newest == nullptr || before == nullptr) return std::nullopt;
    Sum rise;
    for (std::size_t i = 0; i < newest->finished.size(); ++i) {
      const double value = newest->finished.at(i);
      const double previous = before->finished.at(i);
      if (value < 0 || previous < 0 || value == previous) continue;
      rise.add(value < previous ? value : value - previous);  // a reset counts from zero
    }
    return rise.count > 0 ? std::optional(rise.value) : std::nullopt;
  }

  [[nodiscard]] bool same_counters(const Scrape* newest, const Scrape* before) const {
    if (is(Sabotage::finished_requests_ignored)) return true;
    constexpr std::array<double, 2> none{-1, -1};
    return (newest == nullptr ? none : newest->finished) == (before == nullptr ? none : before->finished);
  }

  [[nodiscard]] bool ran(const Pod& pod, double Scrape::* gauge) const {
    bool ran = false;
    each(pod.scrapes, timing_.flow_interval, [&](const Scrape& scrape) { ran |= value(scrape, gauge) > 0; });
    return ran;
  }

  [[nodiscard]] bool appeared(const Pod& pod) const {
    if (is(Sabotage::new_counters_ignored)) return false;
    const Scrape* newest = recent(pod);
    const Scrape* before = earlier(pod);
    if (newest == nullptr) return false;
    for (std::size_t i = 0; i < newest->finished.size(); ++i) {
      if (newest->finished.at(i) > 0 && (before == nullptr || before->finished.at(i) < 0)) return true;
    }
    return false;
  }

  // Arrivals rose within the interval; a series that is new counts where its gateway was being scraped before.
  [[nodiscard]] bool arrivals_rose(const ModelTruth& model, Duration interval) const {
    const GatewayScrape* newest = last(model.gateway_scrapes, time_, interval);
    const GatewayScrape* before = last(model.gateway_scrapes, time_ - interval, timing_.gap_tolerance);
    if (newest == nullptr || newest->arrivals < 0) return false;
    if (before != nullptr && before->arrivals >= 0) return newest->arrivals != before->arrivals;
    const GatewayScrape* up = newest_until(fleet_.gateway_up(), time_ - interval);
    return newest->arrivals > 0 && up != nullptr && up->good &&
           within(up->time, time_ - interval, timing_.gap_tolerance);
  }

  [[nodiscard]] bool was_queued(const ModelTruth& model) const {
    bool queued = false;
    each(model.gateway_scrapes, timing_.flow_interval,
         [&](const GatewayScrape& scrape) { queued |= queue(scrape) > 0; });
    return queued;
  }

  [[nodiscard]] const GatewayScrape* gateway_now(const ModelTruth& model) const {
    return instant(model.gateway_scrapes, time_);
  }

  [[nodiscard]] double queue(const GatewayScrape& scrape) const {
    return is(Sabotage::waiting_requests_ignored) ? 0 : scrape.queue;
  }

  // Of a gauge.
  [[nodiscard]] double value(const Scrape& scrape, double Scrape::* gauge) const {
    if (gauge == &Scrape::running && is(Sabotage::running_requests_ignored)) return 0;
    if (gauge == &Scrape::waiting && is(Sabotage::waiting_requests_ignored)) return 0;
    return scrape.*gauge;
  }

  [[nodiscard]] bool invented(const Pod& pod) const { return is(Sabotage::evidence_invented) && pod.ready(time_); }

  [[nodiscard]] bool is(Sabotage sabotage) const { return timing_.sabotage == sabotage; }

  [[nodiscard]] bool any_data() const {
    const auto& scrapes = fleet_.own_scrapes();
    const auto after = std::ranges::upper_bound(scrapes, time_);
    return after != scrapes.begin() && time_ - *(after - 1) < lookback;
  }

  [[nodiscard]] bool throughput(const Pod& pod, double& value) const {
    const TimePoint before_time = time_ - timing_.flow_interval;
    const Scrape* newest = now(pod);
    const Scrape* before = instant(pod.scrapes, before_time);
    if (newest == nullptr || before == nullptr || newest->waiting <= 0 || before->waiting <= 0) return false;
    if (instant(pod.scrapes, time_ - timing_.warm_up) == nullptr) return false;
    Sum rise;
    for (std::size_t i = 0; i < newest->finished.size(); ++i) {
      const double more = newest->finished.at(i) - before->finished.at(i);
      if (newest->finished.at(i) >= 0 && before->finished.at(i) >= 0 && more >= 0) rise.add(more);
    }
    value = rise.value / std::chrono::duration<double>(timing_.flow_interval).count();
    return rise.count > 0;
  }

 private:
  static double usage(const Scrape& scrape) { return scrape.running * 0.2; }

  [[nodiscard]] bool within(TimePoint sample, TimePoint at, Duration range) const {
    return timing_.range_is_closed ? sample >= at - range : sample > at - range;
  }

  template <class Sample>
  [[nodiscard]] const Sample* newest_until(const std::vector<Sample>& samples, TimePoint at) const {
    auto after = std::upper_bound(samples.begin(), samples.end(), at,
                                  [](TimePoint time, const Sample& sample) { return time < sample.time; });
    while (after != samples.begin() && (after - 1)->visible > asked_at_) --after;
    return after == samples.begin() ? nullptr : &*(after - 1);
  }

  const Fleet& fleet_;
  const GridTiming& timing_;
  TimePoint time_;
  TimePoint asked_at_;
};

}  // namespace inferno::schedules
