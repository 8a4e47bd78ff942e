#include "server/api/quantity.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace inferno::server {
namespace {

constexpr double int64_bound = 9223372036854775808.0;  // 2^63, exact as a double
constexpr double milli_bound =
    9007199254740.992;  // 2^53 / 1000: from here on, thousandths are beyond a double's precision

std::int64_t saturated(double whole) {
  if (whole >= int64_bound) return std::numeric_limits<std::int64_t>::max();
  if (whole <= -int64_bound) return -std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(whole);
}

// Nearest whole number if `value` is one but for rounding errors, else the next one away from zero.
double round_away(double value) {
  constexpr double relative_error = 1e-12;
  const double nearest = std::round(value);
  if (std::abs(value - nearest) <= std::abs(value) * relative_error) return nearest;
  return value < 0 ? std::floor(value) : std::ceil(value);
}

}  // namespace

std::string to_quantity(double value) {
  if (!std::isfinite(value)) throw std::invalid_argument("a metric value must be finite");
  if (std::abs(value) >= milli_bound) return std::to_string(saturated(round_away(value)));
  const std::int64_t milli = saturated(round_away(value * 1000));
  if (milli % 1000 == 0) return std::to_string(milli / 1000);
  return std::to_string(milli) + 'm';
}

}  // namespace inferno::server
