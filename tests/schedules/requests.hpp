// How requests come to pods, wait, run and end.
#pragma once

#include <string_view>
#include <vector>

#include "tests/schedules/model_truth.hpp"
#include "tests/schedules/random.hpp"

namespace inferno::schedules {

class Requests {
 public:
  Requests(Random& random, std::vector<ModelTruth>& models) : random_(random), models_(models) {}

  // One more for the model, which runs for `service` once it is taken.
  void arrive(ModelTruth& model, TimePoint now, Duration service);
  // Everything that happens until `now`.
  void advance(ModelTruth& model, TimePoint now);

 private:
  [[nodiscard]] std::size_t expected(const std::vector<TrafficPhase>& traffic, TimePoint now, Duration& longest);
  void serve(ModelTruth& model, TimePoint now);
  void serve(ModelTruth& model, Pod& pod, TimePoint now);
  void empty_queue(ModelTruth& model, TimePoint now);
  void give(ModelTruth& model, Pod& pod, TimePoint now, const Request& request);
  void take(ModelTruth& model, Pod& pod, TimePoint now, const Request& request);
  void finish(ModelTruth& model, Pod& pod, TimePoint when, const Request& request);
  void disturb_all(const ModelTruth& model, TimePoint now, const char* why);

  Random& random_;
  std::vector<ModelTruth>& models_;
};

}  // namespace inferno::schedules
