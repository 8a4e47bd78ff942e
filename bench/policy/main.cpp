// Drives the decision core through a fleet model beside the existing controller's rule and the bound without foresight.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/policy/policies.hpp"
#include "bench/policy/traces.hpp"

namespace {

using namespace inferno::bench;

void print_cell(const Outcome& outcome) {
  std::printf(" | %5.1f %% %6.1f s %6.0f", outcome.late_percent, outcome.p95_wait, outcome.replica_seconds);
}

void print_row(const std::string& name, const Trace& trace, const FleetOptions& options) {
  std::printf("%10s %5.0f %4u", name.c_str(), options.cold_start, options.seed);
  const auto controller = make_controller_policy();
  print_cell(run_fleet(trace, *controller, options));
  const auto adapter = make_adapter_policy(options);
  print_cell(run_fleet(trace, *adapter, options));
  const auto bound = make_reactive_bound(trace, options);
  print_cell(run_fleet(trace, *bound, options));
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App app(
        "Share of requests over 5 s to first token / p95 of that wait / replica-seconds, per trace and policy.");
    std::string trace_file;
    std::vector<double> cold_starts{20, 60, 120};
    std::vector<unsigned> seeds{1, 2, 3};
    FleetOptions options;
    app.add_option("--trace", trace_file, "CSV file of seconds,requests-per-second instead of the built-in traces");
    app.add_option("--cold", cold_starts, "cold starts, seconds")->capture_default_str();
    app.add_option("--seed", seeds, "seeds of the request lengths")->capture_default_str();
    app.add_option("--prompt", options.prompt_tokens, "mean prompt tokens")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--output", options.output_tokens, "mean output tokens")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--scrape", options.scrape_interval, "scrape interval, seconds")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    CLI11_PARSE(app, argc, argv);

    auto traces = built_in_traces();
    if (!trace_file.empty()) {
      auto [trace, length] = read_trace(trace_file);
      traces = {{"file", trace}};
      options.length = length;
    }
    std::printf("%10s %5s %4s | %-25s | %-25s | %s\n", "trace", "cold", "seed", "existing controller",
                "inferno-adapter", "best without foresight");
    for (const double cold_start : cold_starts) {
      for (const auto& [name, trace] : traces) {
        for (const unsigned seed : seeds) {
          options.cold_start = cold_start;
          options.seed = seed;
          print_row(name, trace, options);
        }
      }
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "policy_bench: %s\n", error.what());
    return 1;
  }
}
