#include "tests/schedules/requests.hpp"

#include <algorithm>

namespace inferno::schedules {
namespace {

constexpr std::size_t batch = 4;  // requests that a pod runs at a time

// The pod with the fewest requests, of a role or of one workload.
template <class Fits>
Pod* best_pod(ModelTruth& model, TimePoint now, Fits fits) {
  const auto load = [](const Pod& pod) { return pod.running.size() + pod.waiting.size(); };
  Pod* best = nullptr;
  for (Pod& pod : model.pods) {
    if (!pod.serves || !pod.ready(now) || !fits(pod)) continue;
    if (best == nullptr || load(pod) < load(*best)) best = &pod;
  }
  return best;
}

Pod* best_of_role(ModelTruth& model, TimePoint now, std::string_view role) {
  return best_pod(model, now, [&](const Pod& pod) {
    const WorkloadTruth& workload = model.workloads[pod.workload];
    return !workload.is_scaled_by_others && workload.role == role;
  });
}

// Where a request begins.
Pod* first_pod(ModelTruth& model, TimePoint now) {
  if (!model.has_roles()) return best_of_role(model, now, "");
  return best_of_role(model, now, "decode") == nullptr ? nullptr : best_of_role(model, now, "prefill");
}

}  // namespace

// How many arrive in this tick; `longest` becomes that of the phase.
std::size_t Requests::expected(const std::vector<TrafficPhase>& traffic, TimePoint now, Duration& longest) {
  std::size_t count = 0;
  for (const TrafficPhase& phase : traffic) {
    if (now < phase.begin || now >= phase.end) continue;
    longest = phase.longest;
    for (double more = phase.per_tick; more > 0; more -= 1) {
      if (random_.chance(std::min(more, 1.0))) ++count;
    }
  }
  return count;
}

void Requests::advance(ModelTruth& model, TimePoint now) {
  Duration longest{};
  for (std::size_t i = expected(model.traffic, now, longest); i > 0; --i)
    arrive(model, now, random_.between(Duration{0}, longest));
  for (std::size_t w = 0; w < model.workloads.size(); ++w) {
    for (std::size_t i = expected(model.workloads[w].own_traffic, now, longest); i > 0; --i) {
      Pod* pod = best_pod(model, now, [&](const Pod& other) { return other.workload == w; });
      if (pod != nullptr) give(model, *pod, now, {.service = random_.between(Duration{0}, longest), .decode = {}});
    }
  }
  serve(model, now);
}

void Requests::arrive(ModelTruth& model, TimePoint now, Duration service) {
  if (model.gateway == GatewayKind::none && first_pod(model, now) == nullptr) return;  // refused; nobody will ever know
  disturb_all(model, now, "a request arrived");
  if (model.gateway_refuses && first_pod(model, now) == nullptr) {
    model.refused = std::max(model.refused, 0.0) + 1;
    return;
  }
  if (model.gateway != GatewayKind::none) model.arrivals = std::max(model.arrivals, 0.0) + 1;
  model.queue.push_back(service);
  empty_queue(model, now);
}

// A gateway that does not name the namespace speaks of the model wherever it is served.
void Requests::disturb_all(const ModelTruth& model, TimePoint now, const char* why) {
  for (ModelTruth& other : models_) {
    if (other.model_id == model.model_id) other.disturbance.note(now, why);
  }
}

void Requests::serve(ModelTruth& model, TimePoint now) {
  // Those that hand over come first.
  for (const bool hands_over : {true, false}) {
    for (Pod& pod : model.pods) {
      const bool is_prefill = model.workloads[pod.workload].role == "prefill";
      if (pod.ready(now) && is_prefill == hands_over) serve(model, pod, now);
    }
  }
  empty_queue(model, now);
  for (Pod& pod : model.pods) {
    if (pod.deleted) continue;
    if (pod.ready(now) && pod.in_use()) pod.last_use = now;
    if (pod.last_use == now) model.workloads[pod.workload].disturbance.note(now, "requests are running");
  }
  if (!model.queue.empty()) disturb_all(model, now, "requests are queued");
}

void Requests::serve(ModelTruth& model, Pod& pod, TimePoint now) {
  std::ranges::sort(pod.running, {}, &RunningRequest::ends);
  while (!pod.running.empty() && pod.running.front().ends <= now) {
    const RunningRequest ended = pod.running.front();
    pod.running.erase(pod.running.begin());
    finish(model, pod, ended.ends, ended.request);
  }
  while (!pod.waiting.empty() && pod.running.size() < batch) {
    const Request request = pod.waiting.front();
    pod.waiting.pop_front();
    take(model, pod, now, request);
  }
}

void Requests::empty_queue(ModelTruth& model, TimePoint now) {
  while (!model.queue.empty()) {
    Pod* pod = first_pod(model, now);
    if (pod == nullptr) return;
    const Duration service = model.queue.front();
    model.queue.pop_front();
    if (model.has_roles()) {
      const Duration prefill = service / 4 / tick * tick;
      give(model, *pod, now, {.service = prefill, .is_handed_over = true, .decode = service - prefill});
    } else {
      give(model, *pod, now, {.service = service, .decode = {}});
    }
  }
}

void Requests::give(ModelTruth& model, Pod& pod, TimePoint now, const Request& request) {
  if (pod.running.size() < batch) return take(model, pod, now, request);
  pod.waiting.push_back(request);
}

void Requests::take(ModelTruth& model, Pod& pod, TimePoint now, const Request& request) {
  if (request.service == Duration::zero()) return finish(model, pod, now, request);
  pod.running.push_back({.ends = now + request.service, .request = request});
}

void Requests::finish(ModelTruth& model, Pod& pod, TimePoint when, const Request& request) {
  pod.finished.at(random_.below(4) == 0 ? 1 : 0) += 1;
  pod.last_use = std::max(pod.last_use, when);
  WorkloadTruth& workload = model.workloads[pod.workload];
  workload.finished.push_back(when);
  workload.disturbance.note(when, "a request finished");
  if (!request.is_handed_over) return;
  Pod* decode = best_of_role(model, when, "decode");
  if (decode != nullptr) give(model, *decode, when, {.service = request.decode, .decode = {}});
}

}  // namespace inferno::schedules
