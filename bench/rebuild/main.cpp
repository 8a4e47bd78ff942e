// How long deciding everything anew takes, as it happens on the thread that reads signals after each refresh: to find
// the rows of each target (bind), and then to decide.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <vector>

#include "adapter/provider/decision_board.hpp"
#include "bench/rebuild/fleet.hpp"

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  using namespace inferno;
  try {
    CLI::App app("Time to decide a whole fleet anew, in milliseconds.");
    std::vector<std::size_t> sizes{1'000, 10'000};
    std::size_t rounds = 30;
    app.add_option("--models", sizes, "models of one variant")->capture_default_str();
    app.add_option("--rounds", rounds, "how often each is decided")->capture_default_str()->check(CLI::PositiveNumber);
    CLI11_PARSE(app, argc, argv);

    std::printf("%8s %9s %9s %9s %9s\n", "models", "fastest", "median", "bind", "us/model");
    for (const std::size_t models : sizes) {
      const auto state = bench::make_state(models);
      const auto signals = bench::make_signals(models);
      std::vector<double> milliseconds;
      std::vector<double> binding;
      for (std::size_t round = 0; round < rounds; ++round) {
        const auto started = std::chrono::steady_clock::now();
        const DecisionBoard board(state, signals, bench::noon, DecisionSettings{});
        const Milliseconds taken = std::chrono::steady_clock::now() - started;
        if (board.answers().front().desired < 1) throw std::logic_error("a busy model got no replica");
        milliseconds.push_back(taken.count());
        const auto before = std::chrono::steady_clock::now();
        const auto bound = signals->bind(*state);
        binding.push_back(Milliseconds(std::chrono::steady_clock::now() - before).count());
      }
      std::printf("%8zu %9.2f %9.2f %9.2f %9.2f\n", models, *std::ranges::min_element(milliseconds),
                  median(milliseconds), median(binding), median(milliseconds) * 1000 / static_cast<double>(models));
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rebuild_bench: %s\n", error.what());
    return 1;
  }
}
