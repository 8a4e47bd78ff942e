// The samples of the fleet as seen from one evaluation step of a query: what PromQL's selectors and range functions
// would find there. A pod that is scraped by two jobs has each series twice; what they say is reduced by `max`.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "tests/schedules/fleet.hpp"
#include "tests/schedules/signal_meaning.hpp"

namespace inferno::schedules {

inline constexpr Duration lookback = std::chrono::minutes{5};

// Under which model_name series are looked for.
enum class Name : std::uint8_t { model_id, other };

enum class Gauge : std::uint8_t { running, waiting, kv };

class ScrapeView {
 public:
  ScrapeView(const Fleet& fleet, const GridTiming& timing, TimePoint time, TimePoint asked_at)
      : fleet_(fleet), timing_(timing), time_(time), asked_at_(asked_at) {}

  [[nodiscard]] bool is(Sabotage sabotage) const { return timing_.sabotage == sabotage; }

  // Nothing of the pod is within a range that ends so long ago.
  [[nodiscard]] bool is_long_gone(const Pod& pod, Duration ago) const {
    const Duration range = std::max(lookback, timing_.flow_interval + timing_.much_earlier);
    return pod.newest_scrape < time_ - ago - range && !is(Sabotage::evidence_invented);
  }

  // ---- instant selectors

  [[nodiscard]] std::optional<double> gauge(const Pod& pod, Gauge gauge, Name name, Duration ago = {}) const {
    std::optional<double> value;
    for (const ScrapeJob& job : pod.jobs) {
      const Scrape* newest = instant(job.scrapes, time_ - ago);
      if (newest == nullptr || !shows(*newest, gauge, name)) continue;
      const double more = value_of(*newest, gauge);
      value = value && is(Sabotage::duplicates_added) ? *value + more : std::max(value.value_or(0), more);
    }
    return value;
  }

  [[nodiscard]] const GatewayScrape* gateway(const ModelTruth& model) const {
    return instant(model.gateway_scrapes, time_);
  }

  // `up` of the pod; nothing where Prometheus does not have it among its targets.
  [[nodiscard]] std::optional<double> up(const Pod& pod) const {
    std::optional<double> value;
    for (const ScrapeJob& job : pod.jobs) {
      const Scrape* newest = newest_until(job.scrapes, time_);
      if (newest == nullptr || newest->gone || time_ - newest->time >= lookback) continue;
      value = std::max(value.value_or(0), newest->good ? 1.0 : 0.0);
    }
    return value;
  }

  // ---- ranges

  // How many of its jobs told how many requests run within the range that ended so long ago.
  [[nodiscard]] int told(const Pod& pod, Name name, Duration range, Duration ago = {}) const {
    int count = 0;
    for (const ScrapeJob& job : pod.jobs) {
      const auto tells = [&](const Scrape& scrape) { return shows(scrape, Gauge::running, name); };
      if (last(job.scrapes, time_ - ago, range, tells) != nullptr) ++count;
    }
    return count;
  }

  [[nodiscard]] bool knows_cache(const Pod& pod) const {
    const auto has = [](const Scrape& scrape) { return scrape.exposure != Exposure::without_engine; };
    return std::ranges::any_of(pod.jobs, [&](const ScrapeJob& job) {
      return last(job.scrapes, time_, std::chrono::hours{1}, has) != nullptr;
    });
  }

  // Requests ran or waited at some scrape of the interval.
  [[nodiscard]] bool used(const Pod& pod, Name name) const {
    bool used = false;
    for (const ScrapeJob& job : pod.jobs) {
      each(job.scrapes, timing_.flow_interval, [&](const Scrape& scrape) {
        used |= shows(scrape, Gauge::running, name) && value_of(scrape, Gauge::running) > 0;
        used |= shows(scrape, Gauge::waiting, name) && value_of(scrape, Gauge::waiting) > 0;
      });
    }
    return used;
  }

  // The finished counters' last values within the range that ended so long ago; negative where there is none.
  [[nodiscard]] std::array<double, 2> counters(const Pod& pod, Name name, Duration range, Duration ago = {}) const {
    std::array<double, 2> values{-1, -1};
    for (const ScrapeJob& job : pod.jobs) {
      for (std::size_t reason = 0; reason < values.size(); ++reason) {
        const auto has = [&](const Scrape& scrape) {
          return shows(scrape, Gauge::waiting, name) && scrape.finished.at(reason) >= 0;
        };
        const Scrape* scrape = last(job.scrapes, time_ - ago, range, has);
        if (scrape == nullptr) continue;
        double& value = values.at(reason);
        const bool adds = value >= 0 && is(Sabotage::duplicates_added);
        value = adds ? value + scrape->finished.at(reason) : std::max(value, scrape->finished.at(reason));
      }
    }
    return values;
  }

  // How much the counters rose within the interval; nothing where there is none, or where nothing was seen within the
  // range before.
  [[nodiscard]] std::optional<double> rise(const Pod& pod, Name name, Duration range) const {
    const Duration interval = timing_.flow_interval;
    const std::optional<double> now = sum(counters(pod, name, interval));
    if (!now) return std::nullopt;
    std::optional<double> before = sum(counters(pod, name, range, interval));
    const bool was_seen = !is(Sabotage::new_counters_ignored) && told(pod, name, range, interval) > 0;
    if (!before && was_seen) before = 0;
    if (!before) return std::nullopt;
    return is(Sabotage::finished_requests_ignored) ? 0 : *now - *before;
  }

  [[nodiscard]] bool was_queued(const ModelTruth& model) const {
    bool queued = false;
    each(model.gateway_scrapes, timing_.flow_interval,
         [&](const GatewayScrape& scrape) { queued |= queue(scrape) > 0; });
    return queued;
  }

  // changes() > 0.
  [[nodiscard]] bool arrivals_changed(const ModelTruth& model, Duration range) const {
    bool changed = false;
    const GatewayScrape* later = nullptr;
    each(model.gateway_scrapes, range, [&](const GatewayScrape& scrape) {
      if (scrape.arrivals < 0) return;
      changed |= later != nullptr && later->arrivals != scrape.arrivals;
      later = &scrape;
    });
    return changed;
  }

  // A counter rose within the interval; a series that is new counts where its gateway was being scraped before.
  [[nodiscard]] bool rose(const ModelTruth& model, double GatewayScrape::* counter, Duration interval) const {
    const auto any = [counter](const GatewayScrape& scrape) { return scrape.*counter >= 0; };
    const GatewayScrape* now = last(model.gateway_scrapes, time_, interval, any);
    const GatewayScrape* before = last(model.gateway_scrapes, time_ - interval, timing_.gap_tolerance, any);
    if (now == nullptr || !(now->*counter > 0)) return false;
    if (before != nullptr) return now->*counter != before->*counter;
    const GatewayScrape* up = newest_until(fleet_.gateway_up(), time_ - interval);
    return up != nullptr && up->good && within(up->time, time_ - interval, timing_.gap_tolerance);
  }

  [[nodiscard]] double queue(const GatewayScrape& scrape) const {
    return is(Sabotage::waiting_requests_ignored) ? 0 : scrape.queue;
  }

 private:
  // Whether the pod showed the gauge under that name. Of the others, all but num_requests_running go together.
  static bool shows(const Scrape& scrape, Gauge gauge, Name name) {
    switch (scrape.exposure) {
      case Exposure::complete:
        return name == Name::model_id;
      case Exposure::without_running:
        return name == Name::model_id && gauge != Gauge::running;
      case Exposure::other_name:
        return name == Name::other;
      case Exposure::without_engine:
        break;
    }
    return false;
  }

  [[nodiscard]] double value_of(const Scrape& scrape, Gauge gauge) const {
    switch (gauge) {
      case Gauge::running:
        return is(Sabotage::running_requests_ignored) ? 0 : scrape.running;
      case Gauge::waiting:
        return is(Sabotage::waiting_requests_ignored) ? 0 : scrape.waiting;
      case Gauge::kv:
        break;
    }
    return scrape.running * 0.2;
  }

  static std::optional<double> sum(const std::array<double, 2>& counters) {
    if (counters[0] < 0 && counters[1] < 0) return std::nullopt;
    return std::max(counters[0], 0.0) + std::max(counters[1], 0.0);
  }

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

  // The newest sample at `at`, stale markers and lookback minded.
  template <class Sample>
  [[nodiscard]] const Sample* instant(const std::vector<Sample>& samples, TimePoint at) const {
    const Sample* newest = newest_until(samples, at);
    return newest != nullptr && newest->good && at - newest->time < lookback ? newest : nullptr;
  }

  // Calls `see` with each good sample within the range that ends now, the newest first.
  template <class Sample, class See>
  void each(const std::vector<Sample>& samples, Duration range, See see) const {
    for (const Sample* sample = newest_until(samples, time_); sample != nullptr; --sample) {
      if (!within(sample->time, time_, range)) return;
      if (sample->good) see(*sample);
      if (sample == samples.data()) return;
    }
  }

  // last_over_time: the newest sample within the range that ends at `at` that is no stale marker for the series.
  template <class Sample, class Has>
  [[nodiscard]] const Sample* last(const std::vector<Sample>& samples, TimePoint at, Duration range, Has has) const {
    for (const Sample* sample = newest_until(samples, at); sample != nullptr; --sample) {
      if (!within(sample->time, at, range)) return nullptr;
      if (sample->good && has(*sample)) return sample;
      if (sample == samples.data()) return nullptr;
    }
    return nullptr;
  }

  const Fleet& fleet_;
  const GridTiming& timing_;
  TimePoint time_;
  TimePoint asked_at_;
};

}  // namespace inferno::schedules
