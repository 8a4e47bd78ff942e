#include "adapter/kubernetes/watch/target_watches.hpp"

#include <algorithm>

#include "adapter/kubernetes/watch/plain_target_watch.hpp"
#include "adapter/kubernetes/watch/scaled_target_watch.hpp"

namespace inferno::kubernetes {

void TargetWatches::follow(const Variants& variants) {
  std::map<GroupKind, Wanted> wanted;
  wanted_.clear();
  for (const auto& [name, variant] : variants) {
    if (variant->target_reference.kind.empty() || variant->target_reference.name.empty()) continue;
    TargetKey key = target_of(*variant);
    Wanted& of_kind = wanted[{key.group, key.kind}];
    of_kind.api_versions.insert(variant->target_reference.api_version);
    of_kind.names.insert({.namespace_name = key.namespace_name, .name = key.name});
    wanted_.insert(std::move(key));
  }
  std::erase_if(kinds_, [&wanted](const auto& item) {
    const auto found = wanted.find(item.first);
    return found == wanted.end() || !found->second.api_versions.contains(item.second.api_version);
  });
  for (auto& [group_kind, of_kind] : wanted) {
    auto item = kinds_.find(group_kind);
    if (item == kinds_.end()) {
      item = kinds_.emplace(group_kind, start(*of_kind.api_versions.rbegin(), group_kind.second)).first;
    }
    item->second.watch->want(std::move(of_kind.names));
  }
}

TargetWatches::Kind TargetWatches::start(const std::string& api_version, const std::string& kind) const {
  Kind result{.api_version = api_version, .started = std::chrono::steady_clock::now(), .watch = nullptr};
  if (const auto resource = well_known_resource(api_version, kind)) {
    result.watch = std::make_unique<PlainTargetWatch>(context_, *resource, changed_);
  } else {
    result.watch = std::make_unique<ScaledTargetWatch>(context_, api_version, kind, changed_);
  }
  return result;
}

bool TargetWatches::is_over(const Kind& kind) const {
  return kind.watch->is_settled() || std::chrono::steady_clock::now() - kind.started >= patience_;
}

bool TargetWatches::is_known(const TargetKey& key) const {
  const auto found = kinds_.find({key.group, key.kind});
  if (found == kinds_.end() || !is_over(found->second)) return false;
  const TargetKindWatch& watch = *found->second.watch;
  return !watch.is_settled() || watch.is_known({.namespace_name = key.namespace_name, .name = key.name});
}

std::size_t TargetWatches::known_kinds() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(kinds_, [this](const auto& item) { return is_over(item.second); }));
}

std::map<TargetKey, ScaleTarget> TargetWatches::targets() const {
  std::map<TargetKey, ScaleTarget> result;
  for (const TargetKey& key : wanted_) {
    const auto kind = kinds_.find({key.group, key.kind});
    const ScaleTarget* target = kind->second.watch->find({.namespace_name = key.namespace_name, .name = key.name});
    if (target != nullptr) result.emplace_hint(result.end(), key, *target);
  }
  return result;
}

void TargetWatches::report(WatchProblems& problems) const {
  for (const auto& [group_kind, kind] : kinds_) kind.watch->report(problems);
}

}  // namespace inferno::kubernetes
