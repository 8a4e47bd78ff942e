#include "server/api/quantity.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>

namespace inferno::server {
namespace {

struct Case {
  std::string rule;
  double value;
  std::string quantity;
};

void PrintTo(const Case& given, std::ostream* out) {
  *out << given.rule;
}

class Quantity : public testing::TestWithParam<Case> {};

TEST_P(Quantity, IsWrittenAs) {
  EXPECT_EQ(to_quantity(GetParam().value), GetParam().quantity);
}

// Every text here was parsed with resource.ParseQuantity and compared to the value.
INSTANTIATE_TEST_SUITE_P(
    Values, Quantity,
    testing::Values(Case{"zero", 0, "0"}, Case{"negative zero has no sign", -0.0, "0"},
                    Case{"whole numbers are plain", 20, "20"}, Case{"thousands keep their digits", 1000, "1000"},
                    Case{"fractions are in thousandths", 1.5, "1500m"}, Case{"less than one", 0.25, "250m"},
                    Case{"negative", -3, "-3"}, Case{"negative fraction", -1.5, "-1500m"},
                    Case{"between two thousandths rounds up", 1.0001, "1001m"},
                    Case{"and down below zero, away from it", -1.0001, "-1001m"},
                    Case{"the last digits of binary fractions don't count", 0.1 + 0.2, "300m"},
                    Case{"nor do they where the product is inexact", 1.1, "1100m"},
                    Case{"a demand never vanishes", 1e-12, "1m"}, Case{"not even the smallest", 5e-324, "1m"},
                    Case{"rounding may reach a whole number", 0.9999, "1"},
                    Case{"large with a fraction", 1234567.125, "1234567125m"},
                    Case{"all whole numbers a double tells apart", 9007199254740993.0, "9007199254740992"},
                    Case{"beyond 64 bits it saturates", 1e300, "9223372036854775807"},
                    Case{"on both sides", -1e300, "-9223372036854775807"}));

TEST(QuantityOfNoNumber, IsRefused) {
  EXPECT_THROW((void)to_quantity(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW((void)to_quantity(std::numeric_limits<double>::infinity()), std::invalid_argument);
}

}  // namespace
}  // namespace inferno::server
