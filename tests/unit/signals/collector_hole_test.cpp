// What the collector asks when scrapes come back after a hole.
#include "tests/unit/signals/collector_test.hpp"

#include <gmock/gmock.h>

namespace inferno::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr minutes hole_length{5};
// On the flow grid; the last scrape before the hole and the first after it are seen there.
constexpr TimePoint hole_begin = noon - minutes{7};
constexpr TimePoint hole_end = hole_begin + hole_length;

class CollectorHoleTest : public CollectorTest {
 protected:
  void give_model_with_hole(const std::string& model, double before, double after) {
    const FakePrometheus::SeriesLabels labels{{"namespace", "prod"}, {"model_name", model}};
    const auto outside = [](double value_before, double value_after) -> FakePrometheus::Value {
      return [value_before, value_after](TimePoint time) {
        if (time > hole_begin && time < hole_end) return std::optional<double>();
        return std::optional(time <= hole_begin ? value_before : value_after);
      };
    };
    prometheus.give(ask.scraped_pods({}), labels, outside(1, 1));
    prometheus.give(ask.finished_total({}), labels, outside(before, after));
  }

  void tell_same_counters(const std::string& model) {
    prometheus.give(same_counters, {{"namespace", "prod"}, {"model_name", model}}, always(1));
  }

  ActivityEvidence evidence(const std::string& model) { return rig().gather("prod", model).activity; }

  std::string same_counters = ask.same_counters({}, hole_length);
};

TEST_F(CollectorHoleTest, OneRequestDecidesTheSameHoleOfAllModels) {
  cluster.set({{.model_id = "same"}, {.model_id = "other"}}, "10m");
  give_model_with_hole("same", 7, 7);
  give_model_with_hole("other", 7, 7);
  tell_same_counters("same");
  rig().refresh();

  ASSERT_THAT(prometheus.asked(same_counters), SizeIs(1));
  EXPECT_EQ(prometheus.asked(same_counters).front().start, hole_end);
  EXPECT_EQ(prometheus.asked(same_counters).front().end, hole_end);
  EXPECT_LT(evidence("same").evidence_since, hole_begin);
  EXPECT_EQ(evidence("other").evidence_since, hole_end);
}

TEST_F(CollectorHoleTest, AHoleThatTheSumsDecideNeedsNone) {
  cluster.set({{.model_id = "rose"}, {.model_id = "fell"}}, "10m");
  give_model_with_hole("rose", 7, 8);
  give_model_with_hole("fell", 7, 6);
  rig().refresh();

  EXPECT_THAT(prometheus.asked(same_counters), IsEmpty());
  EXPECT_EQ(evidence("rose").last_activity, hole_end);
  EXPECT_EQ(evidence("rose").request_count, 1);
  EXPECT_EQ(evidence("fell").evidence_since, hole_end);
}

TEST_F(CollectorHoleTest, WhileItCannotBeDecidedTheHistoryIsNotKnown) {
  cluster.set({{.model_id = "same"}}, "10m");
  give_model_with_hole("same", 7, 7);
  prometheus.fail(same_counters, "TSDB is not ready");
  rig().refresh();
  EXPECT_EQ(evidence("same").evidence_until, std::nullopt);

  prometheus.recover();
  tell_same_counters("same");
  refresh_at(noon + seconds{5});
  EXPECT_LT(evidence("same").evidence_since, hole_begin);
  EXPECT_EQ(evidence("same").last_activity, std::nullopt);
}

}  // namespace
}  // namespace inferno::testing
