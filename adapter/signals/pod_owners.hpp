// Which scale target a pod belongs to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace inferno::signals {

class PodOwners {
 public:
  virtual ~PodOwners() = default;
  // The scale target's name; nothing for a pod of none. The view lives as long as this object.
  [[nodiscard]] virtual std::optional<std::string_view> target_of(std::string_view namespace_name,
                                                                  std::string_view pod) const = 0;
};

// By the names that controllers give their pods: Deployment `<name>-<hash>-<5>`, StatefulSet `<name>-<ordinal>`,
// LeaderWorkerSet
// `<name>-<group>[-<worker>]`; any of these for another kind. The longest target name that fits wins. Names that
// Kubernetes had to cut (63 characters) are recognised by their beginning. Immutable after the last add.
class NamedPodOwners final : public PodOwners {
 public:
  void add(std::string_view namespace_name, std::string_view kind, std::string_view target);
  [[nodiscard]] std::optional<std::string_view> target_of(std::string_view namespace_name,
                                                          std::string_view pod) const override;

 private:
  enum class NameShape { deployment, stateful_set, leader_worker_set, any };

  static NameShape shape_of(std::string_view kind);
  static bool fits(NameShape shape, std::string_view suffix);

  struct Target {
    std::string name;
    NameShape shape = NameShape::any;
  };
  std::unordered_map<std::string, std::vector<Target>> by_namespace_;  // each sorted by name
};

}  // namespace inferno::signals
