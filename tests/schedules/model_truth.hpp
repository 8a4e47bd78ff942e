// The truth about one model that the adapter is to find out: its workloads and their pods, the requests they serve, and
// what was scraped of all that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "adapter/common/time.hpp"
#include "tests/schedules/scrape.hpp"

namespace inferno::schedules {

// In which the world moves.
inline constexpr Duration tick{std::chrono::seconds{5}};

// The newest thing that keeps something from being plainly idle and plainly seen.
struct Disturbance {
  TimePoint at;
  std::string by;

  void note(TimePoint when, const char* why) {
    if (when < at) return;
    at = when;
    by = why;
  }
};

struct Request {
  Duration service{};
  bool is_handed_over = false;  // by a prefill pod to a decode pod, for so long:
  Duration decode{};
};

struct RunningRequest {
  TimePoint ends;
  Request request;
};

struct Pod {
  std::string name;
  std::size_t workload = 0;
  std::size_t owner = 0;     // in ModelTruth::owners
  std::int32_t replica = 0;  // its ordinal, or that of its group; 0 in a Deployment
  std::uint32_t revision = 0;
  bool is_leader = true;  // false: a worker of a LeaderWorkerSet's group
  bool serves = true;     // and has series; false: a worker whose leader does both for the group
  TimePoint ready_at;
  bool deleted = false;

  std::vector<RunningRequest> running;
  std::deque<Request> waiting;
  std::array<double, 2> finished{};
  TimePoint last_use;  // by this incarnation of its container
  TimePoint witnessed_use;

  std::vector<ScrapeJob> jobs;
  TimePoint scrapes_fail_until;
  TimePoint restarted_at;   // its container, or the pod as another one of the same name
  TimePoint newest_scrape;  // or stale marker
  std::vector<Told> told;   // in order of time

  [[nodiscard]] bool ready(TimePoint now) const { return !deleted && ready_at <= now; }
  [[nodiscard]] bool in_use() const { return !running.empty() || !waiting.empty(); }
};

// Somebody used the model at `used`, and from `visible` on Prometheus can tell so by a scrape at `seen`.
struct Witness {
  TimePoint used;
  TimePoint seen;
  TimePoint visible;
  std::string pod;           // empty: the gateway
  std::size_t workload = 0;  // of the pod
  bool at_once = true;       // the next sample shows it; else only the history of use does
};

struct TrafficPhase {
  TimePoint begin;
  TimePoint end;
  double per_tick = 0;  // expected arrivals, below 3
  Duration longest{};   // of a request
};

enum class Kind : std::uint8_t { deployment, stateful_set, leader_worker_set };

struct WorkloadTruth {
  std::string name;
  Kind kind = Kind::deployment;
  std::string role;  // the label llm-d.ai/role of its pods: "prefill", "decode" or none
  double cost = 10;
  std::size_t group_size = 1;        // pods of a replica
  bool only_leaders_report = false;  // and serve requests
  bool is_scaled_by_others = false;  // never a target; its own users come to it beside the gateway
  bool has_autoscaling = false;      // a VariantAutoscaling makes it a target
  std::size_t scrape_jobs = 1;       // that find its pods; 2: each is scraped twice
  bool is_scraped = true;            // false: Prometheus does not have its pods among its targets
  Exposure exposure = Exposure::complete;
  std::vector<TrafficPhase> own_traffic;
  std::vector<TimePoint> finished;  // requests; about in order of time

  std::int32_t spec_replicas = 0;
  std::uint32_t revision = 0;
  TimePoint available_since;  // last transition of its condition Available
  bool available = true;

  Disturbance disturbance;
  TimePoint gap_ended;  // the newest gap in the scrapes of one of its pods that was longer than the gap tolerance
};

enum class GatewayKind : std::uint8_t { none, with_namespace, without_namespace };

// What pods' names tell of their controllers, with the labels of the rows that their series fall into.
struct Owner {
  std::string name;
  std::array<std::string, 2> labels;  // under the model's name, under the other name
};

struct ModelTruth {
  std::string namespace_name;
  std::string model_id;
  std::string other_name;  // that pods may report in place of model_id
  GatewayKind gateway = GatewayKind::none;
  bool gateway_refuses = false;       // requests that find no replica, in place of keeping them
  bool counters_appear_late = false;  // a finished counter exists only from its first request on
  Duration load_time{};
  std::vector<WorkloadTruth> workloads;
  std::vector<Pod> pods;  // also those that are gone: their series are still there
  std::vector<Owner> owners;
  std::vector<TrafficPhase> traffic;
  bool was_renamed = false;  // some pod has shown series under other_name

  std::deque<Duration> queue;  // at the gateway: how long each will run
  double arrivals = -1;
  double refused = -1;
  std::vector<GatewayScrape> gateway_scrapes;

  std::vector<Witness> witnesses;  // in order of `seen`
  Disturbance disturbance;         // beside those of its workloads
  TimePoint targets_changed;       // a VariantAutoscaling came or went

  [[nodiscard]] bool has_roles() const { return !workloads.front().role.empty(); }
};

}  // namespace inferno::schedules
