// Cluster state from a directory of YAML files, without a cluster (--standalone-dir). See directory_loader.hpp for what
// is read.
//
// Follows changes by inotify: files edited in place, renamed over, added, removed; symbolic links swapped (as
// Kubernetes does with mounted ConfigMaps); the directory itself replaced. Bursts are gathered for some tens of
// milliseconds. Looks again every few seconds in any case, for file systems that report nothing.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

#include "adapter/common/time.hpp"
#include "adapter/kubernetes/complaints.hpp"
#include "adapter/kubernetes/directory_loader.hpp"
#include "adapter/kubernetes/directory_watch.hpp"
#include "adapter/kubernetes/state_assembler.hpp"
#include "adapter/state/cluster_source.hpp"

namespace inferno::kubernetes {

class DirectorySource final : public ClusterSource {
 public:
  struct Timing {
    std::chrono::milliseconds quiet{30};          // after a change, wait until nothing has happened for so long
    std::chrono::milliseconds longest_wait{300};  // but no longer than this
    std::chrono::milliseconds look_again{10'000};
  };

  // `clock` must outlive the source; it dates the moment a target was seen to leave zero.
  DirectorySource(const boost::asio::any_io_executor& executor, const std::filesystem::path& directory,
                  ClusterSettings settings, const Clock& clock, Timing timing);
  DirectorySource(const boost::asio::any_io_executor& executor, const std::filesystem::path& directory,
                  ClusterSettings settings, const Clock& clock)
      : DirectorySource(executor, directory, std::move(settings), clock, Timing{}) {}

  // Loads the directory, then follows it until cancelled. Spawn it once, on the executor given to the constructor,
  // which must not run it in parallel with itself (a strand, or one thread). Ends only by cancellation or with an
  // exception.
  boost::asio::awaitable<void> run();

  // Loads the directory now. For a state before run is spawned; not while it runs.
  void load();

  [[nodiscard]] std::shared_ptr<const ClusterState> current() const override;
  [[nodiscard]] std::optional<std::string> problem() const override;
  void on_change(std::function<void()> listener) override;

 private:
  [[nodiscard]] DirectoryWatch::Directories directories_of_interest() const;
  boost::asio::awaitable<void> next_change();
  void publish();

  std::filesystem::path directory_;
  const Clock& clock_;
  Timing timing_;
  DirectoryWatch watch_;
  DirectoryLoader loader_;
  StateAssembler assembler_;
  Complaints problems_{Complaints::Level::warning};
  Complaints duplicates_{Complaints::Level::warning};
  Complaints ignored_{Complaints::Level::information};
  std::function<void()> listener_;

  mutable std::mutex mutex_;  // guards the two below
  std::shared_ptr<const ClusterState> current_;
  std::optional<std::string> problem_;
};

}  // namespace inferno::kubernetes
