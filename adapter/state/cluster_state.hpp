// What the adapter knows of the cluster, reduced to the fields a decision uses. Immutable once published
// (shared_ptr<const ...>).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/common/engine.hpp"
#include "adapter/common/model_key.hpp"
#include "adapter/common/time.hpp"
#include "adapter/policy/policy_book.hpp"
#include "adapter/state/autoscaler.hpp"
#include "adapter/state/pod_table.hpp"
#include "adapter/state/reported_status.hpp"

namespace inferno {

// Of a VariantAutoscaling: further names, separated by commas, under which its model is asked for.
inline constexpr std::string_view served_names_annotation = "llmd.ai/served-names";

struct TargetReference {
  std::string api_version;
  std::string kind;
  std::string name;

  // "apps" of "apps/v1", "" of "v1".
  [[nodiscard]] std::string_view group() const;
  bool operator==(const TargetReference&) const = default;
};

// A Deployment, StatefulSet or anything with /scale.
struct ScaleTarget {
  std::int32_t spec_replicas = 1;
  std::int32_t ready_replicas = 0;
  // When it last went from no replicas to some, where the object tells or the source saw it.
  std::optional<TimePoint> left_zero_at;
  // When the source last saw the wanted or the ready replicas become fewer; the minimum where it didn't.
  TimePoint fewer_since = TimePoint::min();
  // The model server that its pods run.
  Engine engine = Engine::vllm;
  // --max-num-seqs of its container: the prior for how many requests a full replica runs.
  std::optional<std::uint32_t> max_num_seqs;
  // The part its pods play in serving a request: label llm-d.ai/role of the pod template.
  std::string role = "decode";
  // Names that its containers serve, as their arguments tell: --served-model-name and --lora-modules.
  std::vector<std::string> served_names;
  // The HorizontalPodAutoscalers that scale it, in order of name; more than one is a mistake of the user's. None is
  // null.
  std::vector<std::shared_ptr<const Autoscaler>> autoscalers;

  // The most replicas that every autoscaler allows; nothing where there is no autoscaler.
  [[nodiscard]] std::optional<std::int32_t> max_replicas() const;
  bool operator==(const ScaleTarget& other) const;
};

// The most replicas that a variant may have, and the object that says so: "HorizontalPodAutoscaler llama".
struct UpperBound {
  std::int32_t replicas = 0;
  std::string of;

  bool operator==(const UpperBound&) const = default;
};

// One VariantAutoscaling. An object that breaks a rule is kept with `invalid` set, so that asking for it says what is
// wrong.
struct Variant {
  struct InvalidField {
    std::string field;    // "spec.modelID"
    std::string message;  // what is wrong and what would be right

    bool operator==(const InvalidField&) const = default;
  };

  std::string namespace_name;
  std::string name;
  std::string uid;  // empty where the object has none (a file)
  std::int64_t generation = 0;
  std::string model_id;
  std::string accelerator = "unknown";
  double cost = 10.0;  // per replica, in the user's unit
  TimePoint created;   // the epoch where the object does not tell
  std::map<std::string, std::string, std::less<>> labels;
  std::vector<std::string> served_names;  // as its annotation lists them
  TargetReference target_reference;
  // Its own bounds: spec.minReplicas, spec.maxReplicas.
  std::optional<std::int32_t> min_replicas;
  std::optional<std::int32_t> max_replicas;
  std::optional<ScaleTarget> target;  // nothing: the scale target does not exist
  std::optional<InvalidField> invalid;
  std::vector<InvalidField> ignored;  // what says nothing usable, but can be done without
  // Null where the object has none.
  std::shared_ptr<const ReportedStatus> reported;

  // The smaller of its own maxReplicas and its autoscalers'; nothing where there is none.
  [[nodiscard]] std::optional<UpperBound> upper_bound() const;

  // By content, behind pointers too.
  bool operator==(const Variant& other) const;
};

// The variants of one model, as indices into ClusterState::variants, in order of name. Invalid variants belong to no
// model.
struct Model {
  ModelKey key;
  std::vector<std::size_t> variants;
  // Further names that requests may use for it: what its variants serve beside the modelID, but for the modelIDs of
  // other models of the namespace. Sorted. Several models may have the same one: no gateway tells which is meant.
  std::vector<std::string> aliases;
};

class ClusterState {
 public:
  // Sorts the variants by (namespace, name), which is unique, and groups them by model. `policies` must not be null.
  ClusterState(std::vector<Variant> variants, std::shared_ptr<const PolicyBook> policies, PodTable pods = {});

  [[nodiscard]] const std::vector<Variant>& variants() const { return variants_; }
  [[nodiscard]] const std::vector<Model>& models() const { return models_; }
  [[nodiscard]] const PolicyBook& policies() const { return *policies_; }
  // Empty where the source does not watch pods: they are then told apart by their names.
  [[nodiscard]] const PodTable& pods() const { return pods_; }

  // Position in variants(), or nothing.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view namespace_name, std::string_view name) const;
  // Position in models() of the model that variants()[variant] belongs to, or nothing for an invalid one.
  [[nodiscard]] std::optional<std::size_t> model_of(std::size_t variant) const { return model_of_.at(variant); }
  // [first, last) of the variants of one namespace.
  [[nodiscard]] std::pair<std::size_t, std::size_t> namespace_range(std::string_view namespace_name) const;

 private:
  void find_aliases(Model& model) const;

  std::vector<Variant> variants_;
  std::vector<Model> models_;
  std::vector<std::optional<std::size_t>> model_of_;
  std::shared_ptr<const PolicyBook> policies_;
  PodTable pods_;
};

}  // namespace inferno
