#include "tests/schedules/fleet.hpp"

#include <algorithm>

namespace inferno::schedules {
namespace {

bool due(TimePoint now, Duration phase, Duration interval) {
  return (now.time_since_epoch() - phase) % interval == Duration::zero();
}

// A container that has restarted, and whose counters stand again where they stood when it was last scraped, cannot be
// told from one that nobody used.
bool has_caught_up(const Pod& pod, Duration memory, TimePoint now) {
  if (now - pod.restarted_at > memory) return false;
  const auto sum = [](const std::array<double, 2>& finished) { return finished[0] + finished[1]; };
  return std::ranges::any_of(pod.told, [&](const Told& told) {
    return told.time < pod.restarted_at && now - told.time <= memory && sum(told.finished) == sum(pod.finished);
  });
}

}  // namespace

bool Fleet::advance(TimePoint now) {
  bool changed = false;
  for (ModelTruth& model : models) {
    changed |= controllers_.advance(model, now);
    requests_.advance(model, now);
  }
  if (faults.prometheus_down) {
    for (ModelTruth& model : models) model.disturbance.note(now, "Prometheus scrapes nothing");
    return changed;
  }
  for (ModelTruth& model : models) scrape(model, now);
  if (due(now, Duration{0}, scrape_interval_)) scrape_gateway(now);
  return changed;
}

Duration Fleet::delay(ModelTruth& model, TimePoint now) {
  if (faults.longest_delay == Duration::zero()) return Duration{0};
  model.disturbance.note(now, "scrapes become visible late");
  return random_.between(Duration{0}, faults.longest_delay);
}

void Fleet::set_scraped(ModelTruth& model, std::size_t index, bool is_scraped, TimePoint now) {
  model.workloads[index].is_scraped = is_scraped;
  if (is_scraped) return;
  for (Pod& pod : model.pods) {
    if (pod.workload != index || pod.deleted) continue;
    pod.newest_scrape = now;
    for (ScrapeJob& job : pod.jobs) job.scrapes.push_back({.time = now, .visible = now, .gone = true});
  }
}

void Fleet::scrape(ModelTruth& model, TimePoint now) {
  for (Pod& pod : model.pods) {
    if (pod.deleted || !pod.serves) continue;
    WorkloadTruth& workload = model.workloads[pod.workload];
    if (workload.is_scraped) {
      for (ScrapeJob& job : pod.jobs) {
        if (due(now, job.phase, scrape_interval_)) scrape(model, pod, job, now);
      }
    }
    const TimePoint told = pod.told.empty() ? TimePoint{} : pod.told.back().time;
    if (pod.ready(now) && now - std::max(told, pod.ready_at) > scrape_interval_)
      workload.disturbance.note(now, "a replica does not tell how many requests it runs");
  }
}

void Fleet::scrape(ModelTruth& model, Pod& pod, ScrapeJob& job, TimePoint now) {
  Scrape scrape{.time = now, .visible = now + delay(model, now)};
  if (!job.scrapes.empty()) scrape.visible = std::max(scrape.visible, job.scrapes.back().visible);
  scrape.good = pod.ready(now) && now >= pod.scrapes_fail_until;
  if (scrape.good && random_.chance(faults.failing)) {
    scrape.good = false;
    model.workloads[pod.workload].disturbance.note(now, "a scrape failed");
  }
  if (scrape.good) {
    scrape.exposure = model.workloads[pod.workload].exposure;
    model.was_renamed |= scrape.exposure == Exposure::other_name;
    scrape.running = static_cast<double>(pod.running.size());
    scrape.waiting = static_cast<double>(pod.waiting.size());
    for (std::size_t reason = 0; reason < pod.finished.size(); ++reason) {
      const bool exists = pod.finished.at(reason) > 0 || !model.counters_appear_late;
      if (exists) scrape.finished.at(reason) = pod.finished.at(reason);
    }
    if (scrape.exposure == Exposure::complete) note_told(model, pod, scrape);
    if (scrape.exposure == Exposure::without_running) note_counters(model, pod, scrape);
  }
  pod.newest_scrape = now;
  job.scrapes.push_back(scrape);
}

void Fleet::note_told(ModelTruth& model, Pod& pod, const Scrape& scrape) const {
  const TimePoint now = scrape.time;
  WorkloadTruth& workload = model.workloads[pod.workload];
  const bool joins = pod.told.empty() || now - pod.told.back().time >= gap_tolerance_;
  if (joins) workload.disturbance.note(now, "a replica tells for the first time, or again");
  if (joins && !pod.told.empty()) workload.gap_ended = now;
  if (!pod.told.empty() && pod.told.back().finished != pod.finished)
    workload.disturbance.note(now, "a finished counter changed");
  if (pod.last_use > pod.witnessed_use) {
    pod.witnessed_use = pod.last_use;
    if (pod.in_use() || !has_caught_up(pod, 2 * gap_tolerance_, now)) {
      model.witnesses.push_back({.used = pod.last_use,
                                 .seen = now,
                                 .visible = scrape.visible,
                                 .pod = pod.name,
                                 .workload = pod.workload,
                                 .at_once = !joins && now - pod.restarted_at > 2 * gap_tolerance_});
    }
  }
  pod.told.push_back({.time = now, .finished = pod.finished});
}

// The counters alone show at least that somebody used the pod since they were last scraped.
void Fleet::note_counters(ModelTruth& model, Pod& pod, const Scrape& scrape) const {
  if (pod.told.empty() || pod.told.back().finished == pod.finished) return;
  pod.told.back().finished = pod.finished;
  model.witnesses.push_back({.used = scrape.time - scrape_interval_,
                             .seen = scrape.time,
                             .visible = scrape.visible,
                             .pod = pod.name,
                             .workload = pod.workload,
                             .at_once = false});
}

void Fleet::scrape_gateway(TimePoint now) {
  const bool good = !faults.gateway_down && !random_.chance(faults.failing);
  gateway_up_.push_back({.time = now, .visible = now, .good = good});
  for (ModelTruth& model : models) {
    if (model.gateway == GatewayKind::none) continue;
    if (!good) model.disturbance.note(now, "a scrape of the gateway failed");
    GatewayScrape scrape{.time = now, .visible = now + delay(model, now), .good = good};
    if (!model.gateway_scrapes.empty()) scrape.visible = std::max(scrape.visible, model.gateway_scrapes.back().visible);
    scrape.queue = static_cast<double>(model.queue.size());
    scrape.arrivals = model.arrivals;
    scrape.refused = model.refused;
    model.gateway_scrapes.push_back(scrape);
    if (!good || model.queue.empty()) continue;
    for (ModelTruth& other : models) {
      const bool concerns =
          &other == &model || (model.gateway == GatewayKind::without_namespace && other.model_id == model.model_id);
      if (concerns) other.witnesses.push_back({.used = now, .seen = now, .visible = scrape.visible, .pod = {}});
    }
  }
}

}  // namespace inferno::schedules
