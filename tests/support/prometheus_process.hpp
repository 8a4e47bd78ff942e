// A real Prometheus for tests: Debian's `prometheus` in a folder of its own, on a port of its own, with a given
// history.
//
// The history is written by `promtool tsdb create-blocks-from openmetrics` before the start and kept whatever its age,
// so a test can live at a fixed moment and give its queries explicit times. Nothing is scraped unless the configuration
// says so. Failures to start throw std::runtime_error with the tail of the log. Not thread safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/time.hpp"

namespace inferno::testing {

// OpenMetrics text, a line per sample. The samples of one series must come oldest first; series may come in any order.
class OpenMetricsHistory {
 public:
  // `series` as PromQL prints it: vllm:num_requests_running{namespace="a",pod="b"}
  OpenMetricsHistory& add(std::string_view series, TimePoint time, double value);

  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] std::string text() const { return lines_ + "# EOF\n"; }

 private:
  std::string lines_;
};

class PrometheusProcess {
 public:
  struct Setup {
    OpenMetricsHistory history;
    std::string configuration = "global: {}\n";  // prometheus.yml
    std::vector<std::string> flags;              // beyond those that the fixture needs, e.g. "--query.max-samples=10"
  };

  // Returns when Prometheus says that it is ready.
  explicit PrometheusProcess(const Setup& setup);
  // Ends it the hard way and removes its folder.
  ~PrometheusProcess();
  PrometheusProcess(const PrometheusProcess&) = delete;
  PrometheusProcess& operator=(const PrometheusProcess&) = delete;
  PrometheusProcess(PrometheusProcess&&) = delete;
  PrometheusProcess& operator=(PrometheusProcess&&) = delete;

  // Without a slash at the end. The same after stop and start.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }

  void stop();          // SIGTERM, and waits for the end; no effect when it does not run
  void kill();          // SIGKILL, and waits for the end
  void start();         // again, on the same port and data
  void pause() const;   // SIGSTOP: connections are accepted by the kernel and never answered
  void resume() const;  // SIGCONT

 private:
  class Log;

  [[nodiscard]] std::vector<std::string> command() const;
  void end(int signal);

  std::filesystem::path folder_;
  std::vector<std::string> flags_;
  std::uint16_t port_ = 0;  // 0 until the first start has chosen one
  pid_t process_ = -1;
  std::unique_ptr<Log> log_;
};

}  // namespace inferno::testing
