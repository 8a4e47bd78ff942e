// How long deciding everything anew takes, as it happens on the thread that reads signals after each refresh.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <vector>

#include "adapter/provider/decision_board.hpp"
#include "bench/rebuild/fleet.hpp"

int main(int argc, char** argv) {
  using namespace inferno;
  try {
    CLI::App app("Time to decide a whole fleet anew, in milliseconds.");
    std::vector<std::size_t> sizes{1'000, 10'000};
    std::size_t rounds = 30;
    app.add_option("--models", sizes, "models of one variant")->capture_default_str();
    app.add_option("--rounds", rounds, "how often each is decided")->capture_default_str()->check(CLI::PositiveNumber);
    CLI11_PARSE(app, argc, argv);

    std::printf("%8s %9s %9s %9s\n", "models", "fastest", "median", "us/model");
    for (const std::size_t models : sizes) {
      const auto state = bench::make_state(models);
      const auto signals = bench::make_signals(models);
      std::vector<double> milliseconds;
      for (std::size_t round = 0; round < rounds; ++round) {
        const auto started = std::chrono::steady_clock::now();
        const DecisionBoard board(state, signals, bench::noon, DecisionSettings{});
        const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - started;
        if (board.answers().front().desired < 1) throw std::logic_error("a busy model got no replica");
        milliseconds.push_back(taken.count());
      }
      std::ranges::sort(milliseconds);
      std::printf("%8zu %9.2f %9.2f %9.2f\n", models, milliseconds.front(), milliseconds[rounds / 2],
                  milliseconds[rounds / 2] * 1000 / static_cast<double>(models));
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rebuild_bench: %s\n", error.what());
    return 1;
  }
}
