// What Prometheus keeps of one scrape: of a model server's pod, of a gateway.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno::schedules {

// What a pod shows of its engine.
enum class Exposure : std::uint8_t {
  complete,
  without_running,  // all but num_requests_running
  without_engine,   // no series of the engine: statistics are switched off, or relabelling drops them
  other_name,       // all of them, under another model_name
};

// A failed one leaves stale markers and up = 0.
struct Scrape {
  TimePoint time;
  TimePoint visible;  // to queries
  bool good = false;
  bool gone = false;  // the pod, or its place among the targets of Prometheus: stale markers, and no `up`
  Exposure exposure = Exposure::complete;
  double running = 0;
  double waiting = 0;
  // By reason ("stop", "length"); negative where the series does not exist yet.
  std::array<double, 2> finished{-1, -1};
};

// One of the jobs that scrape a pod.
struct ScrapeJob {
  Duration phase{};
  std::vector<Scrape> scrapes;
};

struct GatewayScrape {
  TimePoint time;
  TimePoint visible;
  bool good = false;
  double queue = 0;
  double arrivals = -1;  // negative: no series yet
  double refused = -1;   // likewise
};

// A scrape, by whichever job, that told how many requests a pod runs.
struct Told {
  TimePoint time;
  std::array<double, 2> finished{};
};

}  // namespace inferno::schedules
