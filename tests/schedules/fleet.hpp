// The truth that the adapter is to find out about: models, their replicas, the requests they serve, and what Prometheus
// scraped of all that. Knows nothing of the adapter. Moves in ticks of five seconds.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"
#include "tests/schedules/random.hpp"

namespace inferno::schedules {

inline constexpr Duration tick{std::chrono::seconds{5}};

// One scrape of a target. A failed one leaves stale markers and up = 0.
struct Scrape {
  TimePoint time;
  TimePoint visible;  // to queries
  bool good = false;
  double running = 0;
  double waiting = 0;
  // By reason ("stop", "length"); negative where the series does not exist yet.
  std::array<double, 2> finished{-1, -1};
};

struct Pod {
  std::string name;
  std::size_t variant = 0;
  TimePoint ready_at;
  bool deleted = false;
  Duration phase{};                // of its scrapes
  std::vector<TimePoint> running;  // when each request ends
  std::deque<Duration> waiting;    // how long each will run
  std::array<double, 2> finished{};
  TimePoint last_use;  // by this incarnation of its container
  TimePoint witnessed_use;
  bool restarted_since_scrape = false;
  std::vector<Scrape> scrapes;

  [[nodiscard]] bool ready(TimePoint now) const { return !deleted && ready_at <= now; }
  [[nodiscard]] bool in_use() const { return !running.empty() || !waiting.empty(); }
};

// Somebody used the model at `used`, and from `visible` on Prometheus can tell so by a scrape at `seen`.
struct Witness {
  TimePoint used;
  TimePoint seen;
  TimePoint visible;
};

struct GatewayScrape {
  TimePoint time;
  TimePoint visible;
  bool good = false;
  double queue = 0;
  double arrivals = -1;  // negative: no series yet
};

struct TrafficPhase {
  TimePoint begin;
  TimePoint end;
  double per_tick = 0;  // expected arrivals, below 3
  Duration longest{};   // of a request
};

struct VariantTruth {
  std::string target;  // a Deployment
  double cost = 10;
  std::int32_t spec_replicas = 0;
  TimePoint available_since;  // last transition of its condition Available
  bool available = true;
};

enum class GatewayKind : std::uint8_t { none, with_namespace, without_namespace };

struct ModelTruth {
  std::string namespace_name;
  std::string model_id;
  GatewayKind gateway = GatewayKind::none;
  bool counters_appear_late = false;  // a finished counter exists only from its first request on
  Duration load_time{};
  std::vector<VariantTruth> variants;
  std::vector<Pod> pods;
  std::vector<TrafficPhase> traffic;

  std::deque<Duration> queue;  // at the gateway: how long each will run
  double arrivals = -1;
  std::vector<GatewayScrape> gateway_scrapes;

  std::vector<Witness> witnesses;  // in order of `used`
  TimePoint last_good_scrape;
  TimePoint hole_ended;  // the newest hole in the scrape that was longer than the gap tolerance
  TimePoint hole_began;
  TimePoint membership_changed;  // a replica came, went or restarted
  // The newest thing that keeps the model from being plainly idle and plainly seen.
  TimePoint disturbed;
  std::string disturbed_by;

  void disturb(TimePoint now, const char* why) {
    disturbed = now;
    disturbed_by = why;
  }
};

struct ScrapeFaults {
  bool prometheus_down = false;
  double failing = 0;        // share of scrapes that fail
  Duration longest_delay{};  // until a scrape becomes visible
  bool gateway_down = false;
};

class Fleet {
 public:
  Fleet(Random& random, Duration scrape_interval, Duration gap_tolerance)
      : random_(random), scrape_interval_(scrape_interval), gap_tolerance_(gap_tolerance) {}

  std::vector<ModelTruth> models;
  ScrapeFaults faults;

  // Everything that happens until `now`, the scrapes at `now` included. Returns whether the cluster's objects changed.
  bool advance(TimePoint now);

  void arrive(ModelTruth& model, TimePoint now, Duration service);
  void scale(ModelTruth& model, std::size_t variant, std::int32_t replicas, TimePoint now);
  void restart(ModelTruth& model, Pod& pod, TimePoint now);

  [[nodiscard]] static std::int32_t ready_replicas(const ModelTruth& model, std::size_t variant, TimePoint now);
  [[nodiscard]] const std::vector<GatewayScrape>& gateway_up() const { return gateway_up_; }
  // Scrapes of a target that Prometheus always has: itself.
  [[nodiscard]] const std::vector<TimePoint>& own_scrapes() const { return own_scrapes_; }

 private:
  void serve(ModelTruth& model, TimePoint now);
  void disturb_all(const ModelTruth& model, TimePoint now, const char* why);
  void take(Pod& pod, TimePoint now, Duration service);
  void finish(Pod& pod, TimePoint when);
  void scrape(ModelTruth& model, TimePoint now);
  void scrape_pod(ModelTruth& model, Pod& pod, TimePoint now);
  void scrape_gateway(TimePoint now);
  bool note_availability(ModelTruth& model, TimePoint now) const;
  Duration delay(ModelTruth& model, TimePoint now);

  Random& random_;
  Duration scrape_interval_;
  Duration gap_tolerance_;
  std::vector<GatewayScrape> gateway_up_;
  std::vector<TimePoint> own_scrapes_;
  std::uint64_t next_pod_ = 0;
};

}  // namespace inferno::schedules
