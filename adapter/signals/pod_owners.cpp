#include "adapter/signals/pod_owners.hpp"

#include <algorithm>

namespace inferno::signals {
namespace {

constexpr std::size_t random_suffix = 5;
constexpr std::size_t longest_generated_name = 63;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_lower_alphanumeric(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

}  // namespace

NamedPodOwners::NameShape NamedPodOwners::shape_of(std::string_view kind) {
  if (kind == "Deployment" || kind == "ReplicaSet") return NameShape::deployment;
  if (kind == "StatefulSet") return NameShape::stateful_set;
  if (kind == "LeaderWorkerSet") return NameShape::leader_worker_set;
  return NameShape::any;
}

// `suffix` is what follows "<target>-".
bool NamedPodOwners::fits(NameShape shape, std::string_view suffix) {
  const std::size_t dash = suffix.find('-');
  const std::string_view first = suffix.substr(0, dash);
  const std::string_view rest = dash == std::string_view::npos ? std::string_view() : suffix.substr(dash + 1);
  const bool deployment = is_lower_alphanumeric(first) && rest.size() == random_suffix && is_lower_alphanumeric(rest);
  const bool ordinal = dash == std::string_view::npos && is_digits(first);
  const bool worker = is_digits(first) && is_digits(rest);
  switch (shape) {
    case NameShape::deployment:
      return deployment;
    case NameShape::stateful_set:
      return ordinal;
    case NameShape::leader_worker_set:
      return ordinal || worker;
    case NameShape::any:
      break;
  }
  return deployment || ordinal || worker;
}

void NamedPodOwners::add(std::string_view namespace_name, std::string_view kind, std::string_view target) {
  std::vector<Target>& targets = by_namespace_[std::string(namespace_name)];
  const auto position = std::lower_bound(targets.begin(), targets.end(), target,
                                         [](const Target& a, std::string_view b) { return a.name < b; });
  if (position != targets.end() && position->name == target) {
    if (position->shape != shape_of(kind)) position->shape = NameShape::any;  // two kinds of one name
    return;
  }
  targets.insert(position, {.name = std::string(target), .shape = shape_of(kind)});
}

std::optional<std::string_view> NamedPodOwners::target_of(std::string_view namespace_name, std::string_view pod) const {
  const auto found = by_namespace_.find(std::string(namespace_name));
  if (found == by_namespace_.end()) return std::nullopt;
  const std::vector<Target>& targets = found->second;
  for (std::size_t dash = pod.rfind('-'); dash != std::string_view::npos && dash > 0; dash = pod.rfind('-', dash - 1)) {
    const std::string_view name = pod.substr(0, dash);
    const auto target = std::lower_bound(targets.begin(), targets.end(), name,
                                         [](const Target& a, std::string_view b) { return a.name < b; });
    if (target != targets.end() && target->name == name && fits(target->shape, pod.substr(dash + 1)))
      return target->name;
  }
  if (pod.size() < longest_generated_name) return std::nullopt;

  // "<name>-<hash>" was cut to make room for the random suffix, perhaps within the name.
  const std::string_view base = pod.substr(0, pod.size() - random_suffix);
  std::optional<std::string_view> longest;
  for (const Target& target : targets) {
    if (target.shape == NameShape::stateful_set || target.shape == NameShape::leader_worker_set) continue;
    const std::size_t common = std::min(base.size(), target.name.size());
    if (base.substr(0, common) != std::string_view(target.name).substr(0, common)) continue;
    if (base.size() > common && base[common] != '-') continue;
    if (!longest || target.name.size() > longest->size()) longest = target.name;
  }
  return longest;
}

}  // namespace inferno::signals
