// The three properties, over many generated fleets (fixed seeds, so a failure repeats).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <sstream>

#include "tests/unit/decision/scenario.hpp"

namespace inferno::testing {
namespace {

using std::chrono::seconds;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  float real(float low, float high) { return std::uniform_real_distribution<float>(low, high)(random_); }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }

  GridSample sample(int ready) {
    if (ready == 0) return {.gateway_queue = chance(.5) ? 0 : static_cast<float>(whole(0, 100))};
    const auto count = static_cast<float>(ready);
    return {.kv = chance(.9) ? real(0, count) : no_data,
            .running = static_cast<float>(whole(0, 64 * ready)),
            .waiting = chance(.5) ? 0 : static_cast<float>(whole(0, 50 * ready)),
            .replicas = count,
            .finished_rise = chance(.9) ? static_cast<float>(whole(0, 100 * ready)) : no_data,
            .gateway_queue = chance(.8) ? 0 : static_cast<float>(whole(0, 100))};
  }

  Scenario scenario() {
    Scenario scenario;
    std::vector<Variant> variants;
    int ready = 0;
    const int count = whole(1, 3);
    for (int i = 0; i < count; ++i) {
      const int spec = whole(0, 6);
      const int variant_ready = whole(0, spec);
      ready += variant_ready;
      variants.push_back(make_variant(std::string(1, static_cast<char>('a' + i)), real(1, 50), spec, variant_ready));
      if (chance(.3)) {
        Autoscaler autoscaler;
        autoscaler.max_replicas = whole(1, 8);
        variants.back().target->autoscalers.push_back(std::make_shared<const Autoscaler>(autoscaler));
      }
      if (chance(.2)) variants.back().min_replicas = whole(0, 4);
      if (chance(.2)) variants.back().max_replicas = whole(1, 8);
    }
    scenario.with_variants(variants);
    for (TargetSignals& target : scenario.signals.targets) {
      if (chance(.5)) {
        target.throughput = static_cast<double>(real(.5F, 10));
        target.throughput_observations = static_cast<std::size_t>(whole(1, 20));
      }
      if (chance(.5)) target.batch = whole(1, 256);
    }
    if (chance(.7)) scenario.scale_to_zero_after("10m");
    scenario.idle_for(seconds{whole(0, 1200)});
    std::vector<GridSample> samples;
    for (int i = whole(1, 20); i > 0; --i) samples.push_back(sample(ready));
    return scenario.history(samples), scenario;
  }

 private:
  std::mt19937 random_;
};

std::int64_t total(const ModelDecision& decision) {
  const auto replicas = desired_of(decision);
  return std::accumulate(replicas.begin(), replicas.end(), std::int64_t{0});
}

// What the desired replicas of all variants can do together; with one variant, their number.
double total_capacity(const ModelDecision& decision) {
  double capacity = 0;
  for (const VariantDecision& variant : decision.variants) capacity += variant.desired * variant.capacity;
  return capacity;
}

std::string describe(const ModelDecision& decision) {
  std::ostringstream text;
  for (const VariantDecision& variant : decision.variants) {
    text << variant.name << ": " << variant.current << " (" << variant.ready << " ready) -> " << variant.desired
         << ", capacity " << variant.capacity << ", cost " << variant.cost << "; ";
  }
  text << to_string(decision.roles[0].reason) << ": " << decision.roles[0].explanation << "\n";
  return text.str();
}

class EveryFleet : public ::testing::TestWithParam<unsigned> {};

TEST_P(EveryFleet, AskedTwiceAnswersTheSame) {
  Generator generator(GetParam());
  for (int i = 0; i < 200; ++i) {
    const Scenario scenario = generator.scenario();
    const auto first = scenario.decide();
    const auto second = scenario.decide();
    EXPECT_EQ(desired_of(first), desired_of(second));
    EXPECT_EQ(first.roles[0].explanation, second.roles[0].explanation);
  }
}

TEST_P(EveryFleet, DoesNotClimbWhenItsOwnAnswerHasBeenApplied) {
  Generator generator(GetParam());
  for (int i = 0; i < 200; ++i) {
    Scenario scenario = generator.scenario();
    const auto before = scenario.decide();
    for (std::size_t v = 0; v < scenario.variants.size(); ++v)
      scenario.variants[v].target->spec_replicas = before.variants[v].desired;
    EXPECT_LE(total(scenario.decide()), std::max<std::int64_t>(total(before), 1))
        << "seed " << GetParam() << " case " << i << "\n"
        << describe(before) << describe(scenario.decide());
  }
}

TEST_P(EveryFleet, MoreDemandNeverGetsFewerReplicas) {
  Generator generator(GetParam());
  for (int i = 0; i < 200; ++i) {
    Scenario scenario = generator.scenario();
    const auto first = scenario.decide();
    const double before = total_capacity(first);
    // More of the same at every step: a longer backlog, or, where there is none, more that runs. (Where a backlog
    // begins, what runs stops being a measure of need; where demand jumps, a trend ends. Before and after are not
    // comparable.)
    const auto more = static_cast<float>(generator.whole(1, 500));
    const float fuller = generator.real(0, 1);
    for (GridSample& sample : scenario.load) {
      const bool backlog = std::isnan(sample.running) || sample.waiting + sample.gateway_queue > 2 * sample.replicas;
      (backlog ? sample.gateway_queue : sample.running) += more;
      sample.kv += fuller;
    }
    if (scenario.decide().roles[0].reason == Reason::metrics_missing) continue;
    EXPECT_GE(total_capacity(scenario.decide()), before - 1e-9) << "seed " << GetParam() << " case " << i << "\n"
                                                                << describe(first) << describe(scenario.decide());
  }
}

TEST_P(EveryFleet, IsNeverZeroWithActivityInsideTheRetentionPeriod) {
  Generator generator(GetParam());
  for (int i = 0; i < 200; ++i) {
    Scenario scenario = generator.scenario();
    std::int64_t current = 0;
    for (const Variant& variant : scenario.variants) current += variant.target->spec_replicas;
    if (current == 0) continue;
    scenario.idle_for(seconds{generator.whole(0, 599)});
    EXPECT_GE(total(scenario.decide()), 1) << "seed " << GetParam() << " case " << i;
  }
}

TEST_P(EveryFleet, EveryVariantStaysWithinItsBounds) {
  Generator generator(GetParam());
  for (int i = 0; i < 200; ++i) {
    const auto decision = generator.scenario().decide();
    bool all_full = true;
    for (const VariantDecision& variant : decision.variants) {
      EXPECT_LE(variant.desired, variant.max_replicas.value_or(variant.desired))
          << "seed " << GetParam() << " case " << i;
      EXPECT_GE(variant.desired, variant.min_replicas) << "seed " << GetParam() << " case " << i;
      all_full &= variant.desired == variant.max_replicas;
    }
    EXPECT_TRUE(decision.roles[0].missing_capacity == 0 || all_full) << "seed " << GetParam() << " case " << i << "\n"
                                                                     << describe(decision);
  }
}

TEST_P(EveryFleet, TheTotalCapacityCoversTheDemand) {
  Generator generator(GetParam());
  for (int i = 0; i < 200; ++i) {
    const Scenario scenario = generator.scenario();
    const auto decision = scenario.decide();
    if (decision.roles[0].reason == Reason::idle || decision.roles[0].reason == Reason::metrics_missing ||
        decision.roles[0].reason == Reason::minimum_replicas)
      continue;
    double need = 0;
    for (const SizingTerm& term : decision.roles[0].terms) need = std::max(need, term.replicas);
    EXPECT_GE(total_capacity(decision), need - decision.roles[0].missing_capacity - 1e-5)
        << "seed " << GetParam() << " case " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, EveryFleet, ::testing::Range(1U, 11U));

}  // namespace
}  // namespace inferno::testing
