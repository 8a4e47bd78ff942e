#include "tests/schedules/fleet.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace inferno::schedules {
namespace {

constexpr std::size_t batch = 4;  // requests that a replica runs at a time

bool due(TimePoint now, Duration phase, Duration interval) {
  return (now.time_since_epoch() - phase) % interval == Duration::zero();
}

// As a ReplicaSet names its pods.
std::string pod_name(const std::string& target, std::uint64_t number) {
  constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
  std::string name = target + "-7c9d8b6f5d-";
  for (int i = 0; i < 5; ++i, number /= letters.size()) name += letters[number % letters.size()];
  return name;
}

}  // namespace

std::int32_t Fleet::ready_replicas(const ModelTruth& model, std::size_t variant, TimePoint now) {
  return static_cast<std::int32_t>(
      std::ranges::count_if(model.pods, [&](const Pod& pod) { return pod.variant == variant && pod.ready(now); }));
}

bool Fleet::advance(TimePoint now) {
  bool changed = false;
  for (ModelTruth& model : models) {
    changed |= note_availability(model, now);
    for (const TrafficPhase& phase : model.traffic) {
      if (now < phase.begin || now >= phase.end) continue;
      double expected = phase.per_tick;
      for (; expected > 0; expected -= 1) {
        if (random_.chance(std::min(expected, 1.0))) arrive(model, now, random_.between(Duration{0}, phase.longest));
      }
    }
    serve(model, now);
  }
  if (faults.prometheus_down) {
    for (ModelTruth& model : models) model.disturb(now, "Prometheus scrapes nothing");
    return changed;
  }
  for (ModelTruth& model : models) scrape(model, now);
  if (due(now, Duration{0}, scrape_interval_)) {
    own_scrapes_.push_back(now);
    scrape_gateway(now);
  }
  return changed;
}

// The Deployment's condition Available: True at zero replicas, and while all are ready.
bool Fleet::note_availability(ModelTruth& model, TimePoint now) const {
  bool changed = false;
  for (std::size_t i = 0; i < model.variants.size(); ++i) {
    VariantTruth& variant = model.variants[i];
    const bool available = ready_replicas(model, i, now) >= variant.spec_replicas;
    if (available != variant.available) {
      variant.available = available;
      variant.available_since = now;
      model.disturb(now, "a replica became ready or unready");
      changed = true;
    } else if (std::ranges::any_of(model.pods, [&](const Pod& pod) { return pod.ready_at == now; })) {
      model.disturb(now, "a replica became ready");
      changed = true;
    }
  }
  return changed;
}

void Fleet::arrive(ModelTruth& model, TimePoint now, Duration service) {
  const bool any_ready = std::ranges::any_of(model.pods, [&](const Pod& pod) { return pod.ready(now); });
  if (model.gateway == GatewayKind::none && !any_ready) return;  // refused; nobody will ever know
  disturb_all(model, now, "a request arrived");
  if (model.gateway != GatewayKind::none) model.arrivals = std::max(model.arrivals, 0.0) + 1;
  model.queue.push_back(service);
  serve(model, now);
}

// A gateway that does not name the namespace speaks of the model wherever it is served.
void Fleet::disturb_all(const ModelTruth& model, TimePoint now, const char* why) {
  for (ModelTruth& other : models) {
    if (other.model_id == model.model_id) other.disturb(now, why);
  }
}

void Fleet::serve(ModelTruth& model, TimePoint now) {
  for (Pod& pod : model.pods) {
    if (!pod.ready(now)) continue;
    std::ranges::sort(pod.running);
    while (!pod.running.empty() && pod.running.front() <= now) {
      finish(pod, pod.running.front());
      pod.running.erase(pod.running.begin());
    }
    while (!pod.waiting.empty() && pod.running.size() < batch) {
      const Duration service = pod.waiting.front();
      pod.waiting.pop_front();
      take(pod, now, service);
    }
  }
  while (!model.queue.empty()) {
    Pod* best = nullptr;
    for (Pod& pod : model.pods) {
      const auto load = [](const Pod& one) { return one.running.size() + one.waiting.size(); };
      if (pod.ready(now) && (best == nullptr || load(pod) < load(*best))) best = &pod;
    }
    if (best == nullptr) break;
    if (best->running.size() < batch) {
      take(*best, now, model.queue.front());
    } else {
      best->waiting.push_back(model.queue.front());
    }
    model.queue.pop_front();
  }
  for (Pod& pod : model.pods) {
    if (pod.ready(now) && pod.in_use()) pod.last_use = now;
    if (pod.last_use == now) model.disturb(now, "requests are running");
  }
  if (!model.queue.empty()) disturb_all(model, now, "requests are queued");
}

void Fleet::take(Pod& pod, TimePoint now, Duration service) {
  if (service == Duration::zero()) return finish(pod, now);
  pod.running.push_back(now + service);
}

void Fleet::finish(Pod& pod, TimePoint when) {
  pod.finished.at(random_.below(4) == 0 ? 1 : 0) += 1;
  pod.last_use = std::max(pod.last_use, when);
}

void Fleet::scale(ModelTruth& model, std::size_t index, std::int32_t replicas, TimePoint now) {
  VariantTruth& variant = model.variants[index];
  if (replicas == variant.spec_replicas) return;
  model.disturb(now, "it was scaled");
  model.membership_changed = now;
  for (std::int32_t i = variant.spec_replicas; i < replicas; ++i) {
    Pod pod;
    pod.name = pod_name(variant.target, next_pod_++);
    pod.variant = index;
    pod.ready_at = now + model.load_time;
    pod.phase = random_.between(Duration{0}, scrape_interval_ - tick);
    model.pods.push_back(std::move(pod));
  }
  // Those that load go first, as a ReplicaSet does it.
  for (std::int32_t i = replicas; i < variant.spec_replicas; ++i) {
    Pod* victim = nullptr;
    for (Pod& pod : model.pods) {
      if (pod.variant != index || pod.deleted) continue;
      if (victim == nullptr || pod.ready_at >= victim->ready_at) victim = &pod;
    }
    victim->deleted = true;
    victim->running.clear();
    victim->waiting.clear();
    // Prometheus notices a little later.
    victim->scrapes.push_back({.time = now + tick, .visible = now + tick});
  }
  variant.spec_replicas = replicas;
  note_availability(model, now);
}

void Fleet::restart(ModelTruth& model, Pod& pod, TimePoint now) {
  pod.running.clear();
  pod.waiting.clear();
  pod.finished = {};
  pod.last_use = pod.witnessed_use = TimePoint{};
  pod.ready_at = now + model.load_time;
  pod.restarted_since_scrape = true;
  model.membership_changed = now;
  model.disturb(now, "a container restarted");
}

Duration Fleet::delay(ModelTruth& model, TimePoint now) {
  if (faults.longest_delay == Duration::zero()) return Duration{0};
  model.disturb(now, "scrapes become visible late");
  return random_.between(Duration{0}, faults.longest_delay);
}

void Fleet::scrape(ModelTruth& model, TimePoint now) {
  for (Pod& pod : model.pods) {
    if (!pod.deleted && due(now, pod.phase, scrape_interval_)) scrape_pod(model, pod, now);
  }
}

void Fleet::scrape_pod(ModelTruth& model, Pod& pod, TimePoint now) {
  Scrape scrape{.time = now, .visible = now + delay(model, now)};
  if (!pod.scrapes.empty()) scrape.visible = std::max(scrape.visible, pod.scrapes.back().visible);
  scrape.good = pod.ready(now);
  if (scrape.good && random_.chance(faults.failing)) {
    scrape.good = false;
    model.disturb(now, "a scrape failed");
  }
  if (!scrape.good) {
    pod.scrapes.push_back(scrape);
    return;
  }
  scrape.running = static_cast<double>(pod.running.size());
  scrape.waiting = static_cast<double>(pod.waiting.size());
  for (std::size_t reason = 0; reason < pod.finished.size(); ++reason) {
    const bool exists = pod.finished.at(reason) > 0 || !model.counters_appear_late;
    if (exists) scrape.finished.at(reason) = pod.finished.at(reason);
  }
  // What happened inside a hole in the scrape while replicas came, went or restarted leaves no trace where the
  // counters happen to add up to what they were before; nor does a restarted container that has caught up.
  if (now - model.last_good_scrape > gap_tolerance_) {
    model.hole_began = model.last_good_scrape;
    model.hole_ended = now;
  }
  const bool hole = pod.last_use <= model.hole_ended && model.membership_changed > model.hole_began;
  const bool caught_up = pod.restarted_since_scrape;
  const bool provable = pod.in_use() || !(hole || caught_up);
  if (pod.last_use > pod.witnessed_use) {
    pod.witnessed_use = pod.last_use;
    if (provable) model.witnesses.push_back({.used = pod.last_use, .seen = now, .visible = scrape.visible});
  }
  pod.restarted_since_scrape = false;
  model.last_good_scrape = now;
  pod.scrapes.push_back(scrape);
}

void Fleet::scrape_gateway(TimePoint now) {
  const bool good = !faults.gateway_down && !random_.chance(faults.failing);
  gateway_up_.push_back({.time = now, .visible = now, .good = good});
  for (ModelTruth& model : models) {
    if (model.gateway == GatewayKind::none) continue;
    if (!good) model.disturb(now, "a scrape of the gateway failed");
    GatewayScrape scrape{.time = now, .visible = now + delay(model, now), .good = good};
    if (!model.gateway_scrapes.empty()) {
      scrape.visible = std::max(scrape.visible, model.gateway_scrapes.back().visible);
    }
    scrape.queue = static_cast<double>(model.queue.size());
    scrape.arrivals = model.arrivals;
    model.gateway_scrapes.push_back(scrape);
    if (!good || model.queue.empty()) continue;
    for (ModelTruth& other : models) {
      const bool concerns =
          &other == &model || (model.gateway == GatewayKind::without_namespace && other.model_id == model.model_id);
      if (concerns) other.witnesses.push_back({.used = now, .seen = now, .visible = scrape.visible});
    }
  }
}

}  // namespace inferno::schedules
