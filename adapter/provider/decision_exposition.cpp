#include "adapter/provider/decision_exposition.hpp"

#include <spdlog/fmt/fmt.h>

#include <iterator>
#include <map>
#include <string_view>
#include <utility>

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

void append_labels(std::string& out, const Variant& variant) {
  out.push_back('{');
  append_label(out, "variantautoscaling_name", variant.name);
  out.push_back(',');
  append_label(out, "variantautoscaling_namespace", variant.namespace_name);
  out.push_back(',');
  append_label(out, "model_id", variant.model_id);
  out.push_back(',');
  append_label(out, "accelerator", variant.accelerator);
  out.push_back('}');
}

template <class Value>
void append_family(std::string& out, std::string_view name, std::string_view help, const DecisionBoard& board,
                   Value value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
  for (std::size_t i = 0; i < board.answers().size(); ++i) {
    const VariantAnswer& answer = board.answers()[i];
    if (!answer.decided) continue;
    out.append(name);
    append_labels(out, board.state().variants()[i]);
    fmt::format_to(std::back_inserter(out), " {}\n", value(answer));
  }
}

}  // namespace

double desired_ratio(const VariantAnswer& answer) {
  return answer.current == 0 ? static_cast<double>(answer.desired)
                             : static_cast<double>(answer.desired) / answer.current;
}

void append_exposition(std::string& out, const DecisionBoard& board) {
  append_family(out, "inferno_desired_replicas", "Replicas that the variant should have now.", board,
                [](const VariantAnswer& answer) { return answer.desired; });
  append_family(out, "inferno_current_replicas", "Replicas that the variant's scale target asks for.", board,
                [](const VariantAnswer& answer) { return answer.current; });
  append_family(out, "inferno_desired_ratio",
                "Desired divided by current replicas; the desired count where there are none.", board, desired_ratio);
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
