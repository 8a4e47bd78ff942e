// Which workload each pod belongs to, as the cluster says: for the namespaces whose pods are watched.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace inferno {

// What a pod would be scaled by: "apps", "Deployment", "llama-8b".
struct Workload {
  std::string group;
  std::string kind;
  std::string name;

  bool operator==(const Workload&) const = default;
};

// The pods of one namespace that have a controller. The pods of a workload share one object for it.
using NamespacePods = std::unordered_map<std::string, std::shared_ptr<const Workload>>;

// A value; copies share the namespaces, which are immutable.
class PodTable {
 public:
  // `pods` must not be null.
  void set(std::string_view namespace_name, std::shared_ptr<const NamespacePods> pods) {
    namespaces_.insert_or_assign(std::string(namespace_name), std::move(pods));
  }
  // Null where the cluster did not tell.
  [[nodiscard]] const Workload* find(std::string_view namespace_name, std::string_view pod) const {
    const NamespacePods* pods = of(namespace_name);
    if (pods == nullptr) return nullptr;
    const auto found = pods->find(std::string(pod));
    return found == pods->end() ? nullptr : found->second.get();
  }
  [[nodiscard]] const NamespacePods* of(std::string_view namespace_name) const {
    const auto pods = namespaces_.find(namespace_name);
    return pods == namespaces_.end() ? nullptr : pods->second.get();
  }

 private:
  std::map<std::string, std::shared_ptr<const NamespacePods>, std::less<>> namespaces_;
};

}  // namespace inferno
