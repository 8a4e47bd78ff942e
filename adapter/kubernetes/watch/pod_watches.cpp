#include "adapter/kubernetes/watch/pod_watches.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "adapter/kubernetes/pod_object.hpp"
#include "adapter/kubernetes/watch/watched_collection.hpp"

namespace inferno::kubernetes {

class PodWatches::NamespaceWatch {
 public:
  NamespaceWatch(const WatchContext& context, std::string namespace_name, std::function<void()> changed)
      : changed_(std::move(changed)),
        collection_(context,
                    {.group = {},
                     .version = "v1",
                     .plural = "pods",
                     .namespace_name = std::move(namespace_name),
                     .name = {},
                     .metadata_only = true},
                    {.parse = [this](const nlohmann::json& object) -> ParseResult<std::optional<Owner>> {
                       auto workload = workload_of_pod(object);
                       if (!workload) return std::optional<Owner>{};
                       return std::optional(shared(std::move(*workload)));
                     },
                     .changed = [this](const ObjectName&, const Owner*, const Owner*) { renew(); },
                     .listed = [this] { renew(); }}) {}

  [[nodiscard]] bool is_settled() const { return collection_.is_settled(); }
  void report(WatchProblems& problems) const { collection_.report(problems); }

  // Null until the pods have been read.
  std::shared_ptr<const NamespacePods> pods() {
    if (!collection_.is_settled()) return nullptr;
    if (!pods_) {
      NamespacePods pods;
      pods.reserve(collection_.objects().size());
      for (const auto& [name, owner] : collection_.objects()) pods.emplace(name.name, owner);
      pods_ = std::make_shared<const NamespacePods>(std::move(pods));
      std::erase_if(workloads_, [](const auto& item) { return item.second.expired(); });
    }
    return pods_;
  }

 private:
  using Owner = std::shared_ptr<const Workload>;
  using Identity = std::tuple<std::string, std::string, std::string>;

  void renew() {
    pods_.reset();
    changed_();
  }

  // One object for all pods of a workload.
  Owner shared(Workload workload) {
    std::weak_ptr<const Workload>& known = workloads_[{workload.group, workload.kind, workload.name}];
    Owner owner = known.lock();
    if (!owner) known = owner = std::make_shared<const Workload>(std::move(workload));
    return owner;
  }

  std::function<void()> changed_;
  std::map<Identity, std::weak_ptr<const Workload>> workloads_;
  std::shared_ptr<const NamespacePods> pods_;
  WatchedCollection<Owner> collection_;
};

PodWatches::PodWatches(const WatchContext& context, std::function<void()> changed)
    : context_(context), changed_(std::move(changed)) {}
PodWatches::~PodWatches() = default;

void PodWatches::follow(const std::set<std::string>& namespaces) {
  const auto gone = std::erase_if(namespaces_, [&](const auto& item) { return !namespaces.contains(item.first); });
  if (gone > 0) changed_();
  for (const std::string& name : namespaces) {
    if (namespaces_.contains(name)) continue;
    namespaces_.emplace(name, std::make_unique<NamespaceWatch>(context_, name, changed_));
  }
}

bool PodWatches::is_settled() const {
  return std::ranges::all_of(namespaces_, [](const auto& item) { return item.second->is_settled(); });
}

PodTable PodWatches::table() {
  PodTable result;
  for (const auto& [name, watch] : namespaces_) {
    if (auto pods = watch->pods()) result.set(name, std::move(pods));
  }
  return result;
}

void PodWatches::report(WatchProblems& problems) const {
  for (const auto& [name, watch] : namespaces_) watch->report(problems);
}

}  // namespace inferno::kubernetes
