#include "adapter/decision/arrival_rate.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <span>

namespace inferno {
namespace {

constexpr std::size_t averaged_intervals = 3;
constexpr Duration trend_window = std::chrono::minutes{2};
constexpr std::size_t fewest_trend_points = 5;
constexpr std::size_t most_trend_points = 128;
// A single jump above this share of the whole rise is a step, which has no slope to extrapolate.
constexpr double largest_jump_share = 0.45;

struct Point {
  double seconds = 0;  // relative to the newest interval, so <= 0
  double rate = 0;
};

// Straight line through the points by least squares.
struct Line {
  double value_at_newest = 0;
  double slope = 0;        // per second
  double slope_error = 0;  // standard error of the slope
};

Line fit(std::span<const Point> points) {
  const auto count = static_cast<double>(points.size());
  double mean_seconds = 0;
  double mean_rate = 0;
  for (const Point& point : points) {
    mean_seconds += point.seconds / count;
    mean_rate += point.rate / count;
  }
  double spread = 0;
  double covariance = 0;
  for (const Point& point : points) {
    spread += (point.seconds - mean_seconds) * (point.seconds - mean_seconds);
    covariance += (point.seconds - mean_seconds) * (point.rate - mean_rate);
  }
  const double slope = covariance / spread;
  double residual = 0;
  for (const Point& point : points) {
    const double error = point.rate - mean_rate - slope * (point.seconds - mean_seconds);
    residual += error * error;
  }
  return {.value_at_newest = mean_rate - slope * mean_seconds,
          .slope = slope,
          .slope_error = std::sqrt(residual / (count - 2)) / std::sqrt(spread)};
}

bool rises_without_a_jump(std::span<const Point> oldest_first) {
  double largest = 0;
  for (std::size_t i = 1; i < oldest_first.size(); ++i) {
    largest = std::max(largest, oldest_first[i].rate - oldest_first[i - 1].rate);
  }
  return largest <= largest_jump_share * (oldest_first.back().rate - oldest_first.front().rate);
}

}  // namespace

std::optional<double> in_flight(const GridSample& sample) {
  if (std::isnan(sample.running) && std::isnan(sample.waiting) && std::isnan(sample.gateway_queue)) return std::nullopt;
  const auto or_zero = [](float value) { return std::isnan(value) ? 0.0 : static_cast<double>(value); };
  return or_zero(sample.running) + or_zero(sample.waiting) + or_zero(sample.gateway_queue);
}

std::vector<float> arrivals_per_second(std::span<const GridSample> samples, Duration step, Duration flow_interval) {
  std::vector<float> arrivals(samples.size(), no_data);
  const auto lag = static_cast<std::size_t>(flow_interval / step);
  const double seconds = std::chrono::duration<double>(flow_interval).count();
  std::vector<std::optional<double>> held(samples.size());
  std::ranges::transform(samples, held.begin(), in_flight);
  for (std::size_t i = lag; i < samples.size(); ++i) {
    const std::optional<double>& before = held[i - lag];
    const std::optional<double>& after = held[i];
    if (!before || !after) continue;
    // A counter that does not exist (yet) has counted nothing; whether its query failed is judged by the caller.
    const float finished = samples[i].finished_rise;
    const double rise = (std::isnan(finished) ? 0.0 : static_cast<double>(finished)) + *after - *before;
    arrivals[i] = static_cast<float>(std::max(0.0, rise / seconds));
  }
  return arrivals;
}

std::optional<ArrivalRate> arrival_rate(const std::vector<float>& arrivals, std::size_t last,
                                        std::size_t interval_steps, Duration interval, Duration horizon) {
  // Newest first, one interval apart, so that no two of them overlap.
  std::array<Point, most_trend_points> points;
  std::size_t count = 0;
  double recent_sum = 0;
  std::size_t recent_count = 0;
  for (std::size_t back = 0; back * interval_steps <= last && count < points.size(); ++back) {
    if (static_cast<Duration::rep>(back) * interval > trend_window && back >= averaged_intervals) break;
    const float rate = arrivals[last - back * interval_steps];
    if (std::isnan(rate)) continue;
    if (back < averaged_intervals) {
      recent_sum += static_cast<double>(rate);
      ++recent_count;
    }
    const double seconds = -static_cast<double>(back) * std::chrono::duration<double>(interval).count();
    points[count++] = {.seconds = seconds, .rate = static_cast<double>(rate)};
  }
  if (recent_count == 0) return std::nullopt;

  const double now = recent_sum / static_cast<double>(recent_count);
  ArrivalRate result{.now = now, .projected = now};
  if (count < fewest_trend_points) return result;

  std::reverse(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(count));
  const std::span<const Point> oldest_first(points.data(), count);
  const Line line = fit(oldest_first);
  if (line.slope > 2 * line.slope_error && rises_without_a_jump(oldest_first)) {
    const double growth = line.slope * std::chrono::duration<double>(horizon).count();
    result.projected = std::max(now, line.value_at_newest) + std::min(growth, now);
  }
  return result;
}

}  // namespace inferno
