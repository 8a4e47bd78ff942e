// An API source on a fake API server, both on one io_context that the test drives. Nothing is started before the first
// wait.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapter/kubernetes/watch/api_source.hpp"
#include "tests/support/kubernetes/fake_api_client.hpp"
#include "tests/support/kubernetes/fake_api_server.hpp"

namespace inferno::kubernetes {

class SettableClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return time; }
  TimePoint time{std::chrono::sys_days{std::chrono::year{2025} / 1 / 31}};
};

// "n" is the namespace of everything that does not say otherwise; "own" is the adapter's.
[[nodiscard]] nlohmann::json variant_json(const std::string& name, const std::string& kind, const std::string& target,
                                          const std::string& model = "m");
[[nodiscard]] nlohmann::json workload_json(const std::string& kind, const std::string& name, int replicas, int ready);
[[nodiscard]] nlohmann::json autoscaler_json(const std::string& name, const std::string& kind,
                                             const std::string& target, int most);
[[nodiscard]] nlohmann::json config_map_json(const std::string& name, const std::string& default_entry);

class ApiSourceTest : public ::testing::Test {
 protected:
  // A server of the usual kinds, all empty, and pauses of some milliseconds; what can be done without is waited for for
  // ever.
  ApiSourceTest();
  ~ApiSourceTest() override;

  void run_until(const std::function<bool()>& done);
  // Until something is published after what is now.
  void run_until_change();
  // Cancels run() and waits for its end.
  void stop();

  [[nodiscard]] std::shared_ptr<const ClusterState> state() const { return source().current(); }
  // Null: there is no such variant in namespace n, or nothing has been published.
  [[nodiscard]] const Variant* variant(const std::string& name) const;
  // -1: no such variant or no such target.
  [[nodiscard]] std::int32_t replicas(const std::string& variant_name) const;
  [[nodiscard]] std::string problem() const { return source().problem().value_or(""); }
  [[nodiscard]] ApiSource& source() const;

  inferno::testing::FakeApiServer server;
  ClusterSettings settings;
  ApiSource::Timing timing;
  SettableClock clock;
  boost::asio::io_context context;
  std::size_t changes = 0;

 private:
  void start();

  mutable std::unique_ptr<ApiSource> source_;
  boost::asio::cancellation_signal cancel_;
  bool started_ = false;
  bool ended_ = false;
  std::exception_ptr end_;
};

}  // namespace inferno::kubernetes
