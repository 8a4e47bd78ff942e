#include "adapter/provider/decision_exposition.hpp"
#include "adapter/common/metric_names.hpp"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "adapter/state/metric_labels.hpp"

namespace inferno {
namespace {

void append_label(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append("=\"");
  for (const char c : value) {
    if (c == '\\' || c == '"') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

// Series have each fact once, but for those of an alias. `exported_namespace` is Prometheus' to make.
constexpr std::array<std::string_view, 4> series_labels{"variantautoscaling_name", "variantautoscaling_namespace",
                                                        "model_id", "accelerator"};
constexpr std::array<std::string_view, 7> alias_series_labels{"variantautoscaling_name",
                                                              "variantautoscaling_namespace",
                                                              "model_id",
                                                              "accelerator",
                                                              "variant_name",
                                                              "accelerator_type",
                                                              "namespace"};

void append_labels(std::string& out, const Variant& variant, std::span<const std::string_view> names) {
  char separator = '{';
  for (const std::string_view name : names) {
    out.push_back(separator);
    append_label(out, name, metric_label(variant, name, LabelSet::alias).value());
    separator = ',';
  }
  out.push_back('}');
}

template <class Value>
void append_family(std::string& out, std::string_view name, std::string_view help, const DecisionBoard& board,
                   std::span<const std::string_view> labels, Value value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
  for (std::size_t i = 0; i < board.answers().size(); ++i) {
    const VariantAnswer& answer = board.answers()[i];
    if (!answer.decided) continue;
    out.append(name);
    append_labels(out, board.state().variants()[i], labels);
    fmt::format_to(std::back_inserter(out), " {}\n", value(answer));
  }
}

}  // namespace

double desired_ratio(const VariantAnswer& answer) {
  return answer.current == 0 ? static_cast<double>(answer.desired)
                             : static_cast<double>(answer.desired) / answer.current;
}

void append_exposition(std::string& out, const DecisionBoard& board, std::span<const std::string> aliases) {
  const auto desired = [](const VariantAnswer& answer) { return answer.desired; };
  const std::size_t before = out.size();
  append_family(out, desired_replicas_metric, "Replicas that the variant should have now.", board, series_labels,
                desired);
  // The others are about as long: of a large fleet the page has megabytes, which growing by doubling would hold twice.
  const std::size_t family = out.size() - before;
  out.reserve(out.size() + (aliases.size() + 2) * (family + family / 8));
  for (const std::string& alias : aliases) {
    append_family(out, alias, "Replicas that the variant should have now: inferno_desired_replicas by another name.",
                  board, alias_series_labels, desired);
  }
  append_family(out, current_replicas_metric, "Replicas that the variant's scale target asks for.", board,
                series_labels, [](const VariantAnswer& answer) { return answer.current; });
  append_family(out, desired_ratio_metric,
                "Desired divided by current replicas; the desired count where there are none.", board, series_labels,
                desired_ratio);
}

void append_config_errors(std::string& out, const PolicyBook& policies) {
  std::map<std::pair<std::string_view, std::string_view>, int> errors;
  for (const ConfigWarning& warning : policies.warnings()) ++errors[{warning.config_map, warning.key}];
  out.append(
      "# HELP inferno_adapter_config_errors Problems in the ConfigMaps that were skipped, by key.\n"
      "# TYPE inferno_adapter_config_errors gauge\n");
  for (const auto& [where, count] : errors) {
    out.append("inferno_adapter_config_errors{");
    append_label(out, "configmap", where.first);
    out.push_back(',');
    append_label(out, "key", where.second);
    fmt::format_to(std::back_inserter(out), "}} {}\n", count);
  }
}

}  // namespace inferno
