#include "tests/schedules/controllers.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

namespace inferno::schedules {
namespace {

// What happened to a pod's requests this long ago may be in no sample yet.
constexpr Duration sample_delay = std::chrono::minutes{5};

std::string letters(std::uint64_t number, int count) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string text;
  for (int i = 0; i < count; ++i, number /= alphabet.size()) text += alphabet[number % alphabet.size()];
  return text;
}

// Of a Deployment's ReplicaSet.
std::string replica_set_name(const WorkloadTruth& workload) {
  std::uint64_t hash = 14695981039346656037U + workload.revision;
  for (const char c : workload.name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return workload.name + "-" + letters(hash, 10);
}

// As the API server makes a name from metadata.generateName: 63 characters at most.
std::string generated_name(std::string prefix, std::uint64_t number) {
  constexpr std::size_t longest = 58;
  if (prefix.size() > longest) prefix.resize(longest);
  return prefix + letters(number, 5);
}

std::size_t owner_of(ModelTruth& model, std::string name) {
  const auto found = std::ranges::find(model.owners, name, &Owner::name);
  if (found != model.owners.end()) return static_cast<std::size_t>(found - model.owners.begin());
  Owner owner{.name = std::move(name), .labels = {}};
  const auto labels = [&](const std::string& model_name) {
    return fmt::format(R"("namespace":"{}","model_name":"{}","owner":"{}")", model.namespace_name, model_name,
                       owner.name);
  };
  owner.labels = {labels(model.model_id), labels(model.other_name)};
  model.owners.push_back(std::move(owner));
  return model.owners.size() - 1;
}

// Of a Deployment that is being rolled out there may be one more than its spec says.
std::int32_t present_replicas(const ModelTruth& model, std::size_t workload) {
  return static_cast<std::int32_t>(std::ranges::count_if(
      model.pods, [&](const Pod& pod) { return pod.workload == workload && pod.is_leader && !pod.deleted; }));
}

void lose_requests(ModelTruth& model, Pod& pod, TimePoint now) {
  pod.running.clear();
  pod.waiting.clear();
  // Where a gauge showed them last, the next sample may not.
  for (Witness& witness : model.witnesses | std::views::reverse) {
    if (witness.seen < now - sample_delay) break;
    if (witness.pod == pod.name) witness.at_once = false;
  }
}

void forget_incarnation(Pod& pod, TimePoint now) {
  pod.finished = {};
  pod.last_use = pod.witnessed_use = TimePoint{};
  pod.restarted_at = now;
}

}  // namespace

std::int32_t Controllers::ready_replicas(const ModelTruth& model, std::size_t workload, TimePoint now) {
  // The pods of a group become ready together.
  return static_cast<std::int32_t>(std::ranges::count_if(
      model.pods, [&](const Pod& pod) { return pod.workload == workload && pod.is_leader && pod.ready(now); }));
}

bool Controllers::advance(ModelTruth& model, TimePoint now) {
  bool changed = false;
  for (std::size_t i = 0; i < model.workloads.size(); ++i) {
    changed |= roll(model, i, now);
    changed |= note_availability(model, i, now);
  }
  return changed;
}

// The condition Available: True at zero replicas, and while all are ready.
bool Controllers::note_availability(ModelTruth& model, std::size_t index, TimePoint now) {
  WorkloadTruth& workload = model.workloads[index];
  const bool available = ready_replicas(model, index, now) >= workload.spec_replicas;
  if (available != workload.available) {
    workload.available = available;
    workload.available_since = now;
    workload.disturbance.note(now, "a replica became ready or unready");
    return true;
  }
  const bool more = std::ranges::any_of(
      model.pods, [&](const Pod& pod) { return pod.workload == index && !pod.deleted && pod.ready_at == now; });
  if (more) workload.disturbance.note(now, "a replica became ready");
  return more;
}

void Controllers::scale(ModelTruth& model, std::size_t index, std::int32_t replicas, TimePoint now) {
  WorkloadTruth& workload = model.workloads[index];
  if (replicas == workload.spec_replicas) return;
  workload.disturbance.note(now, "it was scaled");
  for (std::int32_t i = workload.spec_replicas; i < replicas; ++i) create_replica(model, index, i, now);
  if (replicas < workload.spec_replicas) {
    while (present_replicas(model, index) > replicas) delete_replica(model, index, now);
  }
  model.workloads[index].spec_replicas = replicas;
  note_availability(model, index, now);
}

void Controllers::create_replica(ModelTruth& model, std::size_t index, std::int32_t replica, TimePoint now) {
  const WorkloadTruth& workload = model.workloads[index];
  Pod pod;
  pod.workload = index;
  pod.revision = workload.revision;
  if (workload.kind == Kind::deployment) {
    const std::string replica_set = replica_set_name(workload);
    pod.name = generated_name(replica_set + "-", next_pod_++);
    pod.owner = owner_of(model, pod.name.size() == 63 ? pod.name.substr(0, 58) : replica_set);
    return create_pod(model, std::move(pod), now);
  }
  pod.replica = replica;
  const std::string group = fmt::format("{}-{}", workload.name, replica);
  for (std::size_t i = 0; i < workload.group_size; ++i) {
    pod.is_leader = i == 0;
    pod.serves = pod.is_leader || !workload.only_leaders_report;
    pod.name = pod.is_leader ? group : fmt::format("{}-{}", group, i);
    pod.owner = owner_of(model, (pod.is_leader ? workload.name : group) + "-");
    create_pod(model, pod, now);
  }
}

void Controllers::create_pod(ModelTruth& model, Pod pod, TimePoint now) {
  pod.ready_at = now + model.load_time;
  // One of a StatefulSet comes back under its name, so its series go on.
  if (const auto before = std::ranges::find(model.pods, pod.name, &Pod::name); before != model.pods.end()) {
    before->deleted = false;
    before->ready_at = pod.ready_at;
    return forget_incarnation(*before, now);
  }
  pod.restarted_at = now;
  if (pod.serves) pod.jobs.resize(model.workloads[pod.workload].scrape_jobs);
  for (ScrapeJob& job : pod.jobs) job.phase = random_.between(Duration{0}, scrape_interval_ - tick);
  model.pods.push_back(std::move(pod));
}

// Those that load go first, as a ReplicaSet does it; of a StatefulSet the last.
void Controllers::delete_replica(ModelTruth& model, std::size_t index, TimePoint now) {
  const bool is_ordered = model.workloads[index].kind != Kind::deployment;
  Pod* victim = nullptr;
  for (Pod& pod : model.pods) {
    if (pod.workload != index || pod.deleted) continue;
    const bool sooner =
        victim == nullptr || (is_ordered ? pod.replica > victim->replica : pod.ready_at >= victim->ready_at);
    if (sooner) victim = &pod;
  }
  if (victim == nullptr) return;
  const std::int32_t replica = victim->replica;
  if (!is_ordered) return delete_pod(model, *victim, now);
  for (Pod& pod : model.pods) {
    if (pod.workload == index && !pod.deleted && pod.replica == replica) delete_pod(model, pod, now);
  }
}

void Controllers::delete_pod(ModelTruth& model, Pod& pod, TimePoint now) {
  lose_requests(model, pod, now);
  pod.deleted = true;
  // Prometheus notices a little later.
  const TimePoint noticed = now + tick;
  pod.newest_scrape = noticed;
  for (ScrapeJob& job : pod.jobs) job.scrapes.push_back({.time = noticed, .visible = noticed, .gone = true});
}

void Controllers::restart(ModelTruth& model, std::size_t index, TimePoint now) {
  for (Pod& pod : model.pods) {
    if (pod.workload != index || !pod.ready(now)) continue;
    lose_requests(model, pod, now);
    forget_incarnation(pod, now);
    pod.ready_at = now + model.load_time;
  }
  model.workloads[index].disturbance.note(now, "its containers restarted");
}

void Controllers::start_rollout(ModelTruth& model, std::size_t index, TimePoint now) {
  WorkloadTruth& workload = model.workloads[index];
  if (workload.kind != Kind::deployment || workload.spec_replicas == 0) return;
  ++workload.revision;
  roll(model, index, now);
}

bool Controllers::roll(ModelTruth& model, std::size_t index, TimePoint now) {
  const WorkloadTruth& workload = model.workloads[index];
  if (workload.revision == 0) return false;
  Pod* oldest = nullptr;
  bool all_ready = true;
  for (Pod& pod : model.pods) {
    if (pod.workload != index || pod.deleted) continue;
    if (pod.revision == workload.revision) {
      all_ready &= pod.ready(now);
    } else if (oldest == nullptr) {
      oldest = &pod;
    }
  }
  if (oldest == nullptr || !all_ready) return false;
  model.workloads[index].disturbance.note(now, "its pods are being replaced");
  if (present_replicas(model, index) > workload.spec_replicas) {
    delete_pod(model, *oldest, now);
  } else {
    create_replica(model, index, 0, now);
  }
  return true;
}

}  // namespace inferno::schedules
