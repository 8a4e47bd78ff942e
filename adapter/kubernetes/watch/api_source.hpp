// Cluster state from the Kubernetes API: variants, the policy ConfigMaps, autoscalers, scale targets, and pods where a
// model has several variants.
//
// Everything is listed once and then watched (see api/reflector.hpp); a state is published when something that is read
// has changed, bursts gathered. The first one comes when all of it has been read; autoscalers, pods and single kinds of
// scale targets that can't be read are waited for a while and then done without, which problem() tells. After that the
// last good state stays, whatever fails. Where VariantAutoscalings are not installed, an empty state is published until
// they are.
//
// With ClusterSettings::watch_namespace nothing is asked for outside that namespace, but the ConfigMaps of the own one.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "adapter/async/bell.hpp"
#include "adapter/async/task_group.hpp"
#include "adapter/common/published.hpp"
#include "adapter/common/time.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/reflector.hpp"
#include "adapter/kubernetes/api/resource_resolver.hpp"
#include "adapter/kubernetes/complaints.hpp"
#include "adapter/kubernetes/state_assembler.hpp"
#include "adapter/kubernetes/watch/cluster_watches.hpp"
#include "adapter/kubernetes/watch/watch_problems.hpp"
#include "adapter/state/cluster_source.hpp"

namespace inferno::kubernetes {

class ApiSource final : public ClusterSource {
 public:
  struct Timing {
    Duration gather{50};        // after a change, for others that come with it; longer where publishing takes long
    Duration look{250};         // for what no event tells: a watch that fails, a wait that is over
    Duration patience{10'000};  // for what can be done without
    ReflectorTiming reflector{};
  };

  // `client` and `clock` must outlive the source; the clock dates the moment a target was seen to leave zero, and
  // problems.
  ApiSource(const boost::asio::any_io_executor& executor, ApiClient& client, ClusterSettings settings,
            const Clock& clock, Timing timing);
  ApiSource(const boost::asio::any_io_executor& executor, ApiClient& client, ClusterSettings settings,
            const Clock& clock)
      : ApiSource(executor, client, std::move(settings), clock, Timing{}) {}
  ~ApiSource() override;
  ApiSource(const ApiSource&) = delete;
  ApiSource& operator=(const ApiSource&) = delete;
  ApiSource(ApiSource&&) = delete;
  ApiSource& operator=(ApiSource&&) = delete;

  // Follows the API until cancelled. Spawn it once, on the executor given to the constructor, which must not run it in
  // parallel with itself. Ends only by cancellation or with an exception, and not before all it started has ended.
  boost::asio::awaitable<void> run();

  [[nodiscard]] std::shared_ptr<const ClusterState> current() const override { return current_.load(); }
  [[nodiscard]] std::optional<std::string> problem() const override;
  void on_change(std::function<void()> listener) override { listener_ = std::move(listener); }

 private:
  boost::asio::awaitable<void> follow();
  void note_problems();
  void publish();

  ApiClient& client_;
  ClusterSettings settings_;
  const Clock& clock_;
  Timing timing_;
  StateAssembler assembler_;
  Complaints broken_{Complaints::Level::warning};
  std::function<void()> listener_;
  Bell bell_;
  TaskGroup tasks_;
  ResourceResolver resolver_;
  std::unique_ptr<ClusterWatches> watches_;  // while it runs
  WatchProblems problems_;
  bool is_changed_ = true;  // since the last state was published

  Published<ClusterState> current_;
  mutable std::mutex mutex_;  // guards the one below
  std::optional<std::string> problem_;
};

}  // namespace inferno::kubernetes
