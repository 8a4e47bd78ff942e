// VariantAutoscaling (llmd.ai/v1alpha1). The rules are those of manifests/crd, checked again: files have no API server
// that would check them.
#include <algorithm>
#include <charconv>
#include <utility>

#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/json_field.hpp"
#include "adapter/kubernetes/replica_count.hpp"
#include "adapter/kubernetes/reported_status_field.hpp"
#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr std::string_view accelerator_label = "inference.optimization/acceleratorName";

// ^\d+(\.\d+)?$
bool is_cost(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || whole.find_first_not_of(digits) != std::string_view::npos) return false;
  if (point == std::string_view::npos) return true;
  const std::string_view fraction = text.substr(point + 1);
  return !fraction.empty() && fraction.find_first_not_of(digits) == std::string_view::npos;
}

class VariantReader {
 public:
  VariantReader(const Json& object, Variant& variant) : object_(object), variant_(variant) {}

  // In the order of the resource's description; the first broken rule is the one reported.
  void read() {
    read_metadata();
    read_target();
    variant_.model_id =
        text("spec.modelID", {"spec", "modelID"}, "", "the model_name of the model's series in Prometheus");
    read_cost();
    variant_.min_replicas = bound("minReplicas", 0);
    variant_.max_replicas = bound("maxReplicas", 1);
  }

 private:
  void read_metadata() {
    variant_.uid = find_text(object_, {"metadata", "uid"});
    if (const Json* generation = find_field(object_, {"metadata", "generation"});
        generation != nullptr && generation->is_number_integer()) {
      variant_.generation = generation->get<std::int64_t>();
    }
    variant_.created = parse_rfc3339(find_text(object_, {"metadata", "creationTimestamp"})).value_or(TimePoint{});
    if (const Json* labels = find_field(object_, {"metadata", "labels"}); labels != nullptr && labels->is_object()) {
      for (const auto& [key, value] : labels->items()) {
        if (value.is_string()) variant_.labels.emplace(key, value.get<std::string>());
      }
    }
    if (const auto label = variant_.labels.find(accelerator_label);
        label != variant_.labels.end() && !label->second.empty()) {
      variant_.accelerator = label->second;
    }
    read_served_names(find_text(object_, {"metadata", "annotations", served_names_annotation}));
  }

  void read_served_names(std::string_view list) {
    constexpr std::string_view blanks = " \t\r\n";
    while (!list.empty()) {
      std::string_view name = list.substr(0, list.find(','));
      list.remove_prefix(std::min(name.size() + 1, list.size()));
      name.remove_prefix(std::min(name.find_first_not_of(blanks), name.size()));
      name = name.substr(0, name.find_last_not_of(blanks) + 1);
      if (!name.empty()) variant_.served_names.emplace_back(name);
    }
  }

  void read_target() {
    TargetReference& target = variant_.target_reference;
    target.kind = text("spec.scaleTargetRef.kind", {"spec", "scaleTargetRef", "kind"}, default_target_kind, "");
    target.api_version = text("spec.scaleTargetRef.apiVersion", {"spec", "scaleTargetRef", "apiVersion"},
                              default_api_version(target.kind), "that of kind " + target.kind);
    target.name =
        text("spec.scaleTargetRef.name", {"spec", "scaleTargetRef", "name"}, "", "the name of the scale target");
  }

  // `missing` where there is none; empty: there must be one, which is `expected`.
  std::string text(std::string_view field, std::initializer_list<std::string_view> path, std::string_view missing,
                   const std::string& expected) {
    const Json* value = find_field(object_, path);
    if (value != nullptr && !value->is_string()) {
      reject(field, "is " + value->dump() + ", not text; put it in quotes");
      return {};
    }
    if (value != nullptr && !value->get_ref<const std::string&>().empty()) return value->get<std::string>();
    if (missing.empty())
      reject(field, (value == nullptr ? "is missing; it must be " : "is empty; it must be ") + expected);
    return std::string(missing);
  }

  // A maximum of 0 would take a busy model away without any proof that it is idle.
  std::optional<std::int32_t> bound(std::string_view field, std::int32_t least) {
    const Json* value = find_field(object_, {"spec", field});
    if (value == nullptr) return std::nullopt;
    const auto count = replica_count(*value);
    if (count && *count >= least) return count;
    variant_.ignored.push_back(
        {.field = "spec." + std::string(field),
         .message = value->dump() + " is not a whole number of " + std::to_string(least) + " or more: it is ignored"});
    return std::nullopt;
  }

  void read_cost() {
    constexpr std::string_view field = "spec.variantCost";
    const Json* value = find_field(object_, {"spec", "variantCost"});
    if (value == nullptr) return;
    if (!value->is_string()) {
      reject(field, "is " + value->dump() + ", not text; put it in quotes");
      return;
    }
    const auto& text = value->get_ref<const std::string&>();
    double cost = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cost);
    if (!is_cost(text) || error != std::errc{} || end != text.data() + text.size()) {
      reject(field, "is \"" + text + "\"; it must be a number in quotes such as \"10\" or \"2.5\"");
      return;
    }
    variant_.cost = cost;
  }

  void reject(std::string_view field, std::string message) {
    if (!variant_.invalid) variant_.invalid = {.field = std::string(field), .message = std::move(message)};
  }

  const Json& object_;
  Variant& variant_;
};

}  // namespace

ParseResult<Variant> parse_variant(const Json& object) {
  auto name = parse_object_name(object);
  if (!name) return name.error();
  Variant variant;
  variant.namespace_name = std::move(name->namespace_name);
  variant.name = std::move(name->name);
  VariantReader(object, variant).read();
  variant.reported = parse_reported_status(object);
  return variant;
}

}  // namespace inferno::kubernetes
