// What Kubernetes' controllers do to the pods of a model: create, name, replace and delete them.
#pragma once

#include <cstdint>

#include "tests/schedules/model_truth.hpp"
#include "tests/schedules/random.hpp"

namespace inferno::schedules {

class Controllers {
 public:
  Controllers(Random& random, Duration scrape_interval) : random_(random), scrape_interval_(scrape_interval) {}

  void scale(ModelTruth& model, std::size_t workload, std::int32_t replicas, TimePoint now);
  // The containers of all of its ready pods.
  static void restart(ModelTruth& model, std::size_t workload, TimePoint now);
  // A Deployment's template changes: its pods are replaced one by one, the new one first.
  void start_rollout(ModelTruth& model, std::size_t workload, TimePoint now);
  // What goes on by itself. Returns whether the cluster's objects changed.
  bool advance(ModelTruth& model, TimePoint now);

  [[nodiscard]] static std::int32_t ready_replicas(const ModelTruth& model, std::size_t workload, TimePoint now);

 private:
  void create_replica(ModelTruth& model, std::size_t workload, std::int32_t replica, TimePoint now);
  void create_pod(ModelTruth& model, Pod pod, TimePoint now);
  static void delete_replica(ModelTruth& model, std::size_t workload, TimePoint now);
  static void delete_pod(ModelTruth& model, Pod& pod, TimePoint now);
  bool roll(ModelTruth& model, std::size_t workload, TimePoint now);
  static bool note_availability(ModelTruth& model, std::size_t workload, TimePoint now);

  Random& random_;
  Duration scrape_interval_;
  std::uint64_t next_pod_ = 0;
};

}  // namespace inferno::schedules
