// The truth that the adapter is to find out about: models, their replicas, the requests they serve, and what Prometheus
// scraped of all that. Knows nothing of the adapter. Moves in ticks.
#pragma once

#include <vector>

#include "tests/schedules/controllers.hpp"
#include "tests/schedules/model_truth.hpp"
#include "tests/schedules/random.hpp"
#include "tests/schedules/requests.hpp"

namespace inferno::schedules {

struct ScrapeFaults {
  bool prometheus_down = false;
  double failing = 0;        // share of scrapes that fail
  Duration longest_delay{};  // until a scrape becomes visible
  bool gateway_down = false;
};

class Fleet {
 public:
  Fleet(Random& random, Duration scrape_interval, Duration gap_tolerance)
      : random_(random),
        scrape_interval_(scrape_interval),
        gap_tolerance_(gap_tolerance),
        requests_(random, models),
        controllers_(random, scrape_interval) {}
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  Fleet(Fleet&&) = delete;
  Fleet& operator=(Fleet&&) = delete;
  ~Fleet() = default;

  std::vector<ModelTruth> models;
  ScrapeFaults faults;

  // Everything that happens until `now`, the scrapes at `now` included. Returns whether the cluster's objects changed.
  bool advance(TimePoint now);

  [[nodiscard]] Requests& requests() { return requests_; }
  [[nodiscard]] Controllers& controllers() { return controllers_; }
  // Prometheus loses sight of a workload's pods, or finds them again.
  static void set_scraped(ModelTruth& model, std::size_t workload, bool is_scraped, TimePoint now);

  [[nodiscard]] const std::vector<GatewayScrape>& gateway_up() const { return gateway_up_; }

 private:
  Duration delay(ModelTruth& model, TimePoint now);
  void scrape(ModelTruth& model, TimePoint now);
  void scrape(ModelTruth& model, Pod& pod, ScrapeJob& job, TimePoint now);
  void note_told(ModelTruth& model, Pod& pod, const Scrape& scrape) const;
  void note_counters(ModelTruth& model, Pod& pod, const Scrape& scrape) const;
  void scrape_gateway(TimePoint now);

  Random& random_;
  Duration scrape_interval_;
  Duration gap_tolerance_;
  Requests requests_;
  Controllers controllers_;
  std::vector<GatewayScrape> gateway_up_;
};

}  // namespace inferno::schedules
