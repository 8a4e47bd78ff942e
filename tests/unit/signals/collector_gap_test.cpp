// What the collector asks when reports come back after a gap.
#include <gmock/gmock.h>

#include "tests/unit/signals/collector_test.hpp"

namespace inferno::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::SizeIs;

constexpr minutes gap_length{5};
// On the flow grid; the last report before the gap and the first after it are seen there.
constexpr TimePoint gap_begin = noon - minutes{7};
constexpr TimePoint gap_end = gap_begin + gap_length;

class CollectorGapTest : public CollectorTest {
 protected:
  CollectorGapTest() {
    signals::Scope scope;
    scope.ago = gap_length;
    same_counters = ask("same_counters", scope);
  }

  // The target of that name does not report within the gap.
  void give_gap(const std::string& model) {
    prometheus.give(ask("reporting"), workload(model, model),
                    [](TimePoint time) { return time > gap_begin && time < gap_end ? std::optional<double>() : 1; });
    prometheus.give(ask("joined"), workload(model, model),
                    [](TimePoint time) { return time == gap_end ? std::optional<double>(1) : std::nullopt; });
  }

  IdleEvidence evidence(const std::string& model) { return rig().gather("prod", model).targets.at(0).evidence; }

  std::string same_counters;
};

TEST_F(CollectorGapTest, OneRequestDecidesTheSameGapOfAllTargets) {
  cluster.set({{.model_id = "same"}, {.model_id = "other"}});
  give_gap("same");
  give_gap("other");
  prometheus.give(same_counters, workload("same", "same"), always(1));
  rig().refresh();

  ASSERT_THAT(prometheus.asked(same_counters), SizeIs(1));
  EXPECT_EQ(prometheus.asked(same_counters).front().start, gap_end);
  EXPECT_EQ(prometheus.asked(same_counters).front().end, gap_end);
  EXPECT_LT(evidence("same").since, gap_begin);
  EXPECT_EQ(evidence("other").since, gap_end);
}

TEST_F(CollectorGapTest, IsNotAskedWithoutOne) {
  cluster.set({{.model_id = "new"}});
  prometheus.give(ask("reporting"), workload("new", "new"),
                  [](TimePoint time) { return time < gap_end ? std::optional<double>() : 1; });
  prometheus.give(ask("joined"), workload("new", "new"),
                  [](TimePoint time) { return time == gap_end ? std::optional<double>(1) : std::nullopt; });
  rig().refresh();
  EXPECT_EQ(evidence("new").since, gap_end);
  for (const prometheus::RangeQuery& query : prometheus.queries) EXPECT_NE(query.expression, same_counters);
}

TEST_F(CollectorGapTest, WhileItCannotBeDecidedTheHistoryIsNotKnown) {
  cluster.set({{.model_id = "same"}});
  give_gap("same");
  prometheus.fail(same_counters, "TSDB is not ready");
  rig().refresh();
  EXPECT_EQ(evidence("same").until, std::nullopt);
  EXPECT_TRUE(failed(rig().gather("prod", "same"), Signal::idle_history));
  EXPECT_EQ(rig().gather("prod", "same").failure, "TSDB is not ready");

  prometheus.recover();
  prometheus.give(same_counters, workload("same", "same"), always(1));
  refresh_at(noon + seconds{5});
  EXPECT_LT(evidence("same").since, gap_begin);
  EXPECT_EQ(evidence("same").last_use, std::nullopt);
}

// Each wake-up from zero is a gap of its own.
TEST_F(CollectorGapTest, TheNumberOfRequestsDoesNotDependOnHowManyTargetsWereAwayAtTimesOfTheirOwn) {
  std::vector<VariantSpec> variants;
  for (int i = 0; i < 30; ++i) {
    const std::string model = "model-" + std::to_string(i);
    variants.push_back({.model_id = model});
    const TimePoint from = noon - minutes{10} + seconds{15} * (i % 6);
    const TimePoint to = noon - minutes{5} + seconds{15} * (i / 6);
    prometheus.give(ask("reporting"), workload(model, model),
                    [from, to](TimePoint time) { return time > from && time < to ? std::optional<double>() : 1; });
    prometheus.give(ask("joined"), workload(model, model),
                    [to](TimePoint time) { return time == to ? std::optional<double>(1) : std::nullopt; });
  }
  cluster.set(variants);
  rig().refresh();
  EXPECT_LE(prometheus.queries.size(), 25U);
}

}  // namespace
}  // namespace inferno::testing
