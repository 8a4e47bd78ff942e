#include "bench/policy/traces.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace inferno::bench {

std::vector<std::pair<std::string, Trace>> built_in_traces() {
  return {
      {"step", [](double t) { return t < 60    ? 0.5
                                     : t < 600 ? 12
                                               : 0.5; }},
      {"ramp", [](double t) { return std::min(30.0, t / 20); }},
      {"spike", [](double t) { return t >= 300 && t < 360 ? 40.0 : 2.0; }},
      {"diurnal", [](double t) { return std::max(0.0, 10 + 9 * std::sin(t / 300) + 3 * std::sin(t / 37)); }},
      {"onoff", [](double t) { return static_cast<int>(t / 240) % 2 == 1 ? 15.0 : 1.0; }},
  };
}

std::pair<Trace, double> read_trace(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read trace " + path);
  std::vector<std::pair<double, double>> rows;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    double seconds = 0;
    double rate = 0;
    char comma = 0;
    if (!(fields >> seconds >> comma >> rate) || comma != ',' || rate < 0 ||
        (!rows.empty() && seconds <= rows.back().first)) {
      throw std::runtime_error(fmt::format("{} line {}: expected ascending \"seconds,requests-per-second\", got \"{}\"",
                                           path, number, line));
    }
    rows.emplace_back(seconds, rate);
  }
  if (rows.size() < 2) throw std::runtime_error(path + ": a trace needs two rows at least");
  const double length = rows.back().first;
  return {[rows = std::move(rows)](double t) {
            const auto after = std::upper_bound(rows.begin(), rows.end(), t,
                                                [](double time, const auto& row) { return time < row.first; });
            return after == rows.begin() ? 0.0 : std::prev(after)->second;
          },
          length};
}

}  // namespace inferno::bench
