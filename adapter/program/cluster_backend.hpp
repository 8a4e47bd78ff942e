// In a cluster: objects by list and watch, access delegated to the API server, status and events written back, models
// woken directly where told so. Of several replicas the one that holds the Lease writes and wakes.
#pragma once

#include <prometheus/registry.h>
#include <spdlog/fwd.h>

#include <memory>

#include "adapter/kubernetes/api/cluster_access.hpp"
#include "adapter/options/options.hpp"
#include "adapter/program/backend.hpp"

namespace inferno {

class ClusterBackend final : public Backend {
 public:
  // `serving` runs the reviews that requests wait for. Everything must outlive the backend.
  ClusterBackend(const boost::asio::any_io_executor& brain, const boost::asio::any_io_executor& serving,
                 const Options& options, const kubernetes::ClusterAccess& access, const Clock& clock,
                 ::prometheus::Registry& registry, const std::shared_ptr<spdlog::logger>& log);
  ~ClusterBackend() override;
  ClusterBackend(const ClusterBackend&) = delete;
  ClusterBackend& operator=(const ClusterBackend&) = delete;
  ClusterBackend(ClusterBackend&&) = delete;
  ClusterBackend& operator=(ClusterBackend&&) = delete;

  [[nodiscard]] ClusterSource& source() override;
  void start(Brain brain) override;
  [[nodiscard]] std::vector<BrainTask> tasks() override;
  void on_decided(const DecisionBoard& board) override;
  [[nodiscard]] bool stands_by() const override;
  [[nodiscard]] std::vector<std::shared_ptr<server::Authenticator>> authenticators() const override;
  [[nodiscard]] std::shared_ptr<server::Authorizer> authorizer() const override;
  [[nodiscard]] std::optional<std::string> access_problem() const override;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace inferno
