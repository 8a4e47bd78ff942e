#include "adapter/common/nearest_name.hpp"

#include <array>

namespace inferno {
namespace {

constexpr std::array<std::string_view, 3> names{"enable_scale_to_zero", "retention_period", "model_id"};

TEST(NearestName, ForgivesTypingErrorsAndOtherSpellings) {
  EXPECT_EQ(nearest_name("retention_perod", names), "retention_period");
  EXPECT_EQ(nearest_name("retentionPeriod", names), "retention_period");
  EXPECT_EQ(nearest_name("modelID", names), "model_id");
}

TEST(NearestName, SuggestsNothingForSomethingElse) {
  EXPECT_EQ(nearest_name("replicas", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(5000, 'r'), names), std::nullopt);
}

}  // namespace
}  // namespace inferno
