// Everything about signals that an operator or a test may choose.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/time.hpp"
#include "adapter/signals/engine_series.hpp"
#include "adapter/signals/gateway_series.hpp"

namespace inferno::signals {

// Of gateways and of Kubernetes. A `fallback` is used for series that exist only under the older name. An empty name
// switches its signal off.
struct SeriesNames {
  GatewaySeries gateway;

  std::string pod_created = "kube_pod_created";  // of kube-state-metrics: seconds since the epoch
  std::string pod_created_fallback = "kube_pod_start_time";
  std::string up = "up";

  // One line per name that PromQL would not take as a metric name, and per required name that is empty.
  [[nodiscard]] std::vector<std::string> problems() const;
};

struct SignalOptions {
  EngineTable engines;
  SeriesNames names;
  // Further label matchers, as in PromQL: `cluster="a",region=~"eu-.*"`; for every selector, for those of the engine's
  // series, for those of the gateway's.
  std::string extra_matchers;
  std::string engine_matchers;
  std::string gateway_matchers;
  // Only this namespace (and gateway series that carry none); everything where empty.
  std::string watch_namespace;

  // The grid. `flow_interval` is a multiple of `step` and should be a multiple of the scrape interval.
  Duration step{std::chrono::seconds{5}};
  Duration flow_interval{std::chrono::seconds{15}};
  // Scrapes missing for up to this long are bridged; a longer gap has to be proven harmless. A few scrape intervals.
  Duration gap_tolerance{std::chrono::seconds{60}};
  // How far back samples are kept: the scale-down window, two minutes of trend, and a margin.
  Duration history{std::chrono::seconds{270}};
  // How far back the speed and batch of a full replica are looked for.
  Duration learning_window{std::chrono::hours{1}};
  // A replica tells how fast it is only once it has reported for this long.
  Duration warm_up{std::chrono::seconds{30}};

  // A snapshot older than this is refreshed before it is used; also the pace of refreshing ahead. At least `step`.
  Duration max_age{std::chrono::seconds{5}};
  // The newest step is asked for only this long after it has passed: a scrape becomes visible a little after its
  // timestamp.
  Duration settle_time{500};
  Duration scrape_timeout{std::chrono::seconds{10}};  // Prometheus' default
  Duration wake_max_age{std::chrono::seconds{1}};
  // How long a rise of the gateway's counters counts as a wake signal: longer than anyone's polling interval.
  Duration wake_window{std::chrono::seconds{30}};
  // Refreshing ahead stops when nobody has asked for this long.
  Duration ask_memory{std::chrono::minutes{1}};
  Duration retry_delay{std::chrono::seconds{1}};
  Duration capacity_interval{std::chrono::minutes{5}};  // how often vllm:cache_config_info is read
  // Deadline of a request that reads history: it covers many steps and nobody waits for it.
  Duration history_deadline{std::chrono::seconds{10}};

  // Samples that one request for history asks for at most; keeps both Prometheus and the adapter small.
  std::size_t sample_budget = 100'000;
  // Rows of workloads kept at most beyond those of known VariantAutoscalings; about 1.2 KB each.
  std::size_t max_foreign_rows = 20'000;
  std::size_t max_matcher_bytes = 4096;  // of namespaces or models: above that a query is not restricted to them

  // The history of use is read this long after it has happened, once every scrape that belongs to it is visible: so it
  // does not depend on when it was read. Prometheus cuts a timeout at the scrape interval.
  [[nodiscard]] Duration history_delay() const { return std::min(scrape_timeout, flow_interval); }

  // One line per value that cannot work; empty when all is well.
  [[nodiscard]] std::vector<std::string> problems() const;
};

}  // namespace inferno::signals
