#include "adapter/signals/sample_window.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace inferno::signals {
namespace {

TEST(CountColumnTest, KeepsEveryValueAsItWas) {
  const std::array values{0.0F,
                          1.0F,
                          65533.0F,
                          65534.0F,
                          65535.0F,
                          65536.0F,
                          0.5F,
                          -1.0F,
                          16777216.F,
                          1e30F,
                          std::numeric_limits<float>::infinity()};
  CountColumn column;
  for (Row row = 0; row < values.size(); ++row) column.set(row, values.at(row));
  for (Row row = 0; row < values.size(); ++row) EXPECT_EQ(column.at(row), values.at(row));
}

TEST(CountColumnTest, HasNothingWhereNothingWasSet) {
  CountColumn column;
  EXPECT_TRUE(std::isnan(column.at(0)));
  column.set(7, 3);
  EXPECT_TRUE(std::isnan(column.at(6)));
  EXPECT_EQ(column.at(7), 3);
  EXPECT_TRUE(std::isnan(column.at(8)));
}

TEST(CountColumnTest, GrowsInBothDirections) {
  CountColumn column;
  column.set(7, 0.7F);
  column.set(2, 0.2F);
  column.cover(0, 20);
  column.set(19, 19);
  EXPECT_TRUE(std::isnan(column.at(0)));
  EXPECT_EQ(column.at(2), 0.2F);
  EXPECT_EQ(column.at(7), 0.7F);
  EXPECT_EQ(column.at(19), 19);
}

TEST(CountColumnTest, TakesALaterValue) {
  CountColumn column;
  for (const float value : {1.0F, 0.5F, 0.25F, 70'000.0F, 2.0F, 0.75F}) {
    column.set(1, value);
    EXPECT_EQ(column.at(1), value);
  }
  column.set(0, 0.5F);
  EXPECT_EQ(column.at(1), 0.75F) << "its neighbour is another's";
}

}  // namespace
}  // namespace inferno::signals
