#include "adapter/program/standalone_backend.hpp"

#include "adapter/program/settings.hpp"

namespace inferno {

StandaloneBackend::StandaloneBackend(const boost::asio::any_io_executor& brain, const Options& options,
                                     const Clock& clock)
    : directory_(brain, options.state.standalone_dir, cluster_settings(options), clock) {}

void StandaloneBackend::start(Brain /*brain*/) {
  // The files are at hand: the first request finds an answer.
  directory_.load();
}

std::vector<BrainTask> StandaloneBackend::tasks() {
  return {{"cluster state", [this] { return directory_.run(); }}};
}

void StandaloneBackend::on_decided(const DecisionBoard& /*board*/) {}

}  // namespace inferno
