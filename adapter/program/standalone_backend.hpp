// Without a cluster: objects from a directory, access by files alone.
#pragma once

#include "adapter/kubernetes/directory_source.hpp"
#include "adapter/options/options.hpp"
#include "adapter/program/backend.hpp"

namespace inferno {

class StandaloneBackend final : public Backend {
 public:
  // `clock` must outlive the backend.
  StandaloneBackend(const boost::asio::any_io_executor& brain, const Options& options, const Clock& clock);

  [[nodiscard]] ClusterSource& source() override { return directory_; }
  void start(Brain brain) override;
  [[nodiscard]] std::vector<BrainTask> tasks() override;
  void on_decided(const DecisionBoard& board) override;
  [[nodiscard]] bool stands_by() const override { return false; }
  [[nodiscard]] std::vector<std::shared_ptr<server::Authenticator>> authenticators() const override { return {}; }
  [[nodiscard]] std::shared_ptr<server::Authorizer> authorizer() const override { return nullptr; }
  [[nodiscard]] std::optional<std::string> access_problem() const override { return std::nullopt; }

 private:
  kubernetes::DirectorySource directory_;
};

}  // namespace inferno
