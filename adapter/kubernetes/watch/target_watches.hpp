// The scale targets that variants name: one watch for each kind, from when the first variant names it until none does.
// Not thread safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "adapter/kubernetes/watch/target_kind_watch.hpp"
#include "adapter/kubernetes/watch/watch_context.hpp"

namespace inferno::kubernetes {

class TargetWatches {
 public:
  using Variants = std::map<ObjectName, std::shared_ptr<const Variant>>;

  // `changed` is called when something that is wanted may have changed. A kind that can't be read is waited for no
  // longer than `patience`.
  TargetWatches(const WatchContext& context, Duration patience, std::function<void()> changed)
      : context_(context), patience_(patience), changed_(std::move(changed)) {}

  // Follows what these name from now on.
  void follow(const Variants& variants);

  [[nodiscard]] bool is_wanted(const TargetKey& key) const { return wanted_.contains(key); }
  // Whether it can be told if the target is there: its kind has been read, or could not be for too long.
  [[nodiscard]] bool is_known(const TargetKey& key) const;
  // Kinds that are not waited for any more; their number grows with time alone.
  [[nodiscard]] std::size_t known_kinds() const;
  [[nodiscard]] bool all_known() const { return known_kinds() == kinds_.size(); }
  // All of those wanted that are there.
  [[nodiscard]] std::map<TargetKey, ScaleTarget> targets() const;
  void report(WatchProblems& problems) const;

 private:
  using GroupKind = std::pair<std::string, std::string>;
  struct Kind {
    std::string api_version;
    std::chrono::steady_clock::time_point started;
    std::unique_ptr<TargetKindWatch> watch;
  };
  struct Wanted {
    std::set<std::string> api_versions;
    std::set<ObjectName> names;
  };

  [[nodiscard]] Kind start(const std::string& api_version, const std::string& kind) const;
  [[nodiscard]] bool is_over(const Kind& kind) const;  // the wait for it

  WatchContext context_;
  Duration patience_;
  std::function<void()> changed_;
  std::set<TargetKey> wanted_;
  std::map<GroupKind, Kind> kinds_;
};

}  // namespace inferno::kubernetes
