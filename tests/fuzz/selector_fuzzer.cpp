// Label selectors: any text is refused with a reason or becomes requirements that keep the rules of their operators.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "server/api/label_selector_object.hpp"
#include "server/api/label_syntax.hpp"
#include "server/api/selector.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using inferno::require;
using inferno::server::LabelSelector;
using Operator = LabelSelector::Operator;

std::size_t most_values(Operator op) {
  if (op == Operator::exists || op == Operator::does_not_exist) return 0;
  return op == Operator::in || op == Operator::not_in ? SIZE_MAX : 1;
}

void check(const LabelSelector::Requirement& requirement) {
  require(!inferno::server::label_key_fault(requirement.key), "keys are label keys");
  require(std::ranges::none_of(requirement.values,
                               [](const auto& value) { return inferno::server::label_value_fault(value).has_value(); }),
          "values are label values");
  const std::size_t most = most_values(requirement.op);
  require(requirement.values.size() <= most && (most == 0 || !requirement.values.empty()),
          "as many values as the operator takes");
  require(std::ranges::is_sorted(requirement.values), "values are sorted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto selector = LabelSelector::parse(text, "labelSelector");
  if (!selector) {
    require(selector.error().message.starts_with("labelSelector \""), "the reason names the parameter");
    return 0;
  }
  const auto& requirements = selector->requirements();
  std::ranges::for_each(requirements, check);
  require(std::ranges::is_sorted(requirements, {}, &LabelSelector::Requirement::key), "requirements are sorted by key");

  // Labels made to satisfy the first requirement of each key; the answer is free, but must come.
  inferno::server::Labels labels;
  for (const auto& requirement : requirements)
    labels.emplace(requirement.key, requirement.values.empty() ? "" : requirement.values.front());
  static_cast<void>(selector->matches(labels));

  std::string json;
  inferno::server::append_label_selector_json(json, *selector);
  require(nlohmann::json::accept(json), "the object form is JSON");
  return 0;
}
