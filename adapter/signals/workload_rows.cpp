#include "adapter/signals/workload_rows.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapter/signals/queries.hpp"

namespace inferno::signals {
namespace {

constexpr std::size_t cut_owner = 58;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_ordinal(std::string_view owner) {
  return owner.ends_with('-');
}

bool is_known_kind(std::string_view kind) {
  return kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet" || kind == "LeaderWorkerSet";
}

std::optional<std::size_t> find_model(const ClusterState& state, const RowName& name) {
  const auto key_of = [](const Model& model) {
    return std::pair<std::string_view, std::string_view>(model.key.namespace_name, model.key.model_id);
  };
  const std::pair wanted(name.namespace_name, name.model_id);
  const auto found = std::ranges::lower_bound(state.models(), wanted, {}, key_of);
  if (found == state.models().end() || key_of(*found) != wanted) return std::nullopt;
  return static_cast<std::size_t>(found - state.models().begin());
}

// A DisaggregatedSet's role scaler, "<set>-<role>", scales LeaderWorkerSets "<set>[-<slice>]-<revision>-<role>", a new
// one for each revision. `base`: an owner without the dash at its end. Source: kubernetes-sigs/lws,
// pkg/utils/disaggregatedset/utils.go.
bool is_of_role_scaler(const TargetReference& reference, std::string_view base) {
  if (reference.kind != "DisaggregatedSetRoleScaler") return false;
  const auto lies_between = [&reference](std::string_view text) {
    const std::string_view name = reference.name;
    for (std::size_t dash = name.find('-'); dash != std::string_view::npos; dash = name.find('-', dash + 1)) {
      const std::string_view set = name.substr(0, dash + 1);
      const std::string_view role = name.substr(dash);
      if (text.size() > set.size() + role.size() && text.starts_with(set) && text.ends_with(role)) return true;
    }
    return false;
  };
  const std::size_t dash = base.rfind('-');
  const bool of_group = dash != std::string_view::npos && is_digits(base.substr(dash + 1));
  return lies_between(base) || (of_group && lies_between(base.substr(0, dash)));
}

// Whether the pods of a target of that kind have such owners. `rest`: what follows the target's name, without the dash
// at either end; empty where the owner is the name itself.
bool fits(std::string_view kind, bool ordinal, std::string_view rest) {
  const std::size_t dash = rest.find('-');
  const bool one_part = !rest.empty() && dash == std::string_view::npos;
  if (kind == "Deployment") return !ordinal && one_part;
  if (kind == "ReplicaSet") return !ordinal && rest.empty();
  if (kind == "StatefulSet") return ordinal && rest.empty();
  if (kind == "LeaderWorkerSet") return ordinal && (rest.empty() || is_digits(rest));
  return rest.empty() || one_part || (ordinal && is_digits(rest.substr(dash + 1)));
}

}  // namespace

bool is_grouped(std::string_view kind) {
  return kind == "LeaderWorkerSet" || !is_known_kind(kind);
}

std::optional<std::int64_t> group_of_workers(std::string_view target, std::string_view owner) {
  if (!is_ordinal(owner) || owner.size() <= target.size() + 2) return std::nullopt;
  owner.remove_suffix(1);
  const std::string_view group = owner.substr(owner.rfind('-') + 1);
  if (!is_digits(group) || group.size() > 4) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(group.data(), group.data() + group.size(), number);
  return number;
}

TargetNames::TargetNames(const ClusterState& state) : state_(state) {
  for (std::size_t index = 0; index < state.variants().size(); ++index) {
    const Variant& variant = state.variants()[index];
    if (variant.invalid) continue;
    std::vector<TargetIndex>& same_name = by_namespace_[variant.namespace_name][variant.target_reference.name];
    const auto known = std::ranges::find_if(same_name, [&](TargetIndex other) {
      const TargetReference& reference = state.variants()[other].target_reference;
      return reference.kind == variant.target_reference.kind && reference.group() == variant.target_reference.group();
    });
    if (known == same_name.end()) {
      same_name.push_back(index);
    } else {
      sharers_[*known].push_back(index);
    }
  }
  for (const auto& [namespace_name, names] : by_namespace_) {
    const NamespacePods* pods = state.pods().of(namespace_name);
    if (pods == nullptr) continue;
    Seen& seen = seen_[namespace_name];
    for (const auto& [pod, workload] : *pods) {
      const auto [entry, is_new] = seen.try_emplace(owner_of_pod(pod), workload.get());
      if (!is_new && entry->second != nullptr && *entry->second != *workload) entry->second = nullptr;
    }
  }
}

std::vector<std::size_t> TargetNames::variants(TargetIndex target) const {
  std::vector<std::size_t> result{target};
  if (const auto found = sharers_.find(target); found != sharers_.end())
    result.insert(result.end(), found->second.begin(), found->second.end());
  return result;
}

std::optional<TargetIndex> TargetNames::find_workload(const Named& names, const Workload& workload) const {
  const auto same_name = names.find(workload.name);
  if (same_name == names.end()) return std::nullopt;
  for (const TargetIndex index : same_name->second) {
    const TargetReference& reference = state_.variants()[index].target_reference;
    if (reference.kind == workload.kind && reference.group() == workload.group) return index;
  }
  return std::nullopt;
}

std::optional<TargetIndex> TargetNames::find_by_name(const Named& names, std::string_view owner,
                                                     bool other_kinds) const {
  const auto kind_of = [this](TargetIndex index) -> std::string_view {
    return state_.variants()[index].target_reference.kind;
  };
  const bool ordinal = is_ordinal(owner);
  const std::string_view base = ordinal ? owner.substr(0, owner.size() - 1) : owner;
  std::string_view name = base;
  // The owner itself, then with one and with two parts less.
  for (int parts = 0; parts <= 2; ++parts) {
    const std::string_view rest = parts == 0 ? std::string_view() : base.substr(name.size() + 1);
    if (const auto same_name = names.find(name); same_name != names.end()) {
      for (const TargetIndex index : same_name->second) {
        if (other_kinds && is_known_kind(kind_of(index))) continue;
        if (fits(kind_of(index), ordinal, rest)) return index;
      }
    }
    const std::size_t dash = name.rfind('-');
    if (dash == std::string_view::npos || dash == 0) break;
    name = name.substr(0, dash);
  }
  for (const auto& [candidate, indices] : names) {
    if (!ordinal || candidate.size() > base.size()) continue;
    for (const TargetIndex index : indices) {
      if (is_of_role_scaler(state_.variants()[index].target_reference, base)) return index;
    }
  }
  if (owner.size() != cut_owner || other_kinds) return std::nullopt;
  // "<name>-<hash>-" was cut to make room for the random suffix, perhaps within the name.
  std::optional<TargetIndex> found;
  for (const auto& [candidate, indices] : names) {
    bool begins = candidate.starts_with(owner);
    if (candidate.size() < cut_owner && owner.starts_with(candidate) && owner[candidate.size()] == '-') {
      const std::size_t dash = owner.find('-', candidate.size() + 1);
      begins = dash == std::string_view::npos || dash + 1 == owner.size();  // the hash is one part
    }
    if (!begins) continue;
    for (const TargetIndex index : indices) {
      if (kind_of(index) == "StatefulSet" || kind_of(index) == "LeaderWorkerSet") continue;
      const std::size_t longest = found ? state_.variants()[*found].target_reference.name.size() : 0;
      if (candidate.size() >= cut_owner && longest >= cut_owner) return std::nullopt;  // names can't tell
      if (candidate.size() > longest) found = index;
    }
  }
  return found;
}

std::optional<TargetIndex> TargetNames::find(std::string_view namespace_name, std::string_view owner) const {
  const auto names = by_namespace_.find(namespace_name);
  if (names == by_namespace_.end()) return std::nullopt;
  if (const auto seen = seen_.find(namespace_name); seen != seen_.end()) {
    if (const auto workload = seen->second.find(std::string(owner)); workload != seen->second.end()) {
      if (workload->second == nullptr) return std::nullopt;
      const auto target = find_workload(names->second, *workload->second);
      return target ? target : find_by_name(names->second, owner, true);
    }
  }
  return find_by_name(names->second, owner, false);
}

WorkloadRows::WorkloadRows(const ClusterState& state, const RowTable& rows) : targets_(state) {
  std::vector<std::pair<std::uint32_t, Row>> own;
  std::vector<std::pair<std::uint32_t, Row>> renamed;
  std::vector<std::pair<std::uint32_t, Row>> others;
  own.reserve(state.variants().size());
  for (Row row = 0; row < rows.size(); ++row) {
    if (!rows.is_used(row)) continue;
    const RowName name = rows.name_of(row);
    if (name.owner.empty()) continue;  // a gateway's
    bool belongs = false;
    if (const auto target = targets_.find(name.namespace_name, name.owner)) {
      for (const std::size_t variant : targets_.variants(*target)) {
        const bool same = name.model_id.empty() || state.variants()[variant].model_id == name.model_id;
        (same ? own : renamed).emplace_back(static_cast<std::uint32_t>(variant), row);
        belongs |= same;
      }
    }
    if (belongs) continue;
    if (const auto model = find_model(state, name)) others.emplace_back(static_cast<std::uint32_t>(*model), row);
  }
  own_ = sorted(std::move(own));
  renamed_ = sorted(std::move(renamed));
  others_ = sorted(std::move(others));
}

WorkloadRows::Assigned WorkloadRows::sorted(std::vector<std::pair<std::uint32_t, Row>> pairs) {
  std::ranges::sort(pairs);
  Assigned assigned;
  assigned.positions.reserve(pairs.size());
  assigned.rows.reserve(pairs.size());
  for (const auto& [position, row] : pairs) {
    assigned.positions.push_back(position);
    assigned.rows.push_back(row);
  }
  return assigned;
}

std::span<const Row> WorkloadRows::find(const Assigned& assigned, std::size_t position) {
  const auto range = std::ranges::equal_range(assigned.positions, static_cast<std::uint32_t>(position));
  const auto offset = static_cast<std::size_t>(range.begin() - assigned.positions.begin());
  return std::span(assigned.rows).subspan(offset, range.size());
}

}  // namespace inferno::signals
