#include "server/api/selector.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "server/api/integer_text.hpp"
#include "server/api/selector_parser.hpp"

namespace inferno::server {
namespace {

bool contains(const std::vector<std::string>& sorted, const std::string& value) {
  return std::ranges::binary_search(sorted, value);
}

// A label that is no integer satisfies neither comparison.
bool compares(const std::string& label, const LabelSelector::Requirement& requirement) {
  const auto left = to_integer(label);
  const auto right = to_integer(requirement.values.front());
  if (!left || !right) return false;
  return requirement.op == LabelSelector::Operator::greater_than ? *left > *right : *left < *right;
}

bool satisfies(const Labels& labels, const LabelSelector::Requirement& requirement) {
  const auto label = labels.find(requirement.key);
  const bool present = label != labels.end();
  switch (requirement.op) {
    case LabelSelector::Operator::exists:
      return present;
    case LabelSelector::Operator::does_not_exist:
      return !present;
    case LabelSelector::Operator::equals:
    case LabelSelector::Operator::in:
      return present && contains(requirement.values, label->second);
    case LabelSelector::Operator::not_equals:
    case LabelSelector::Operator::not_in:
      return !present || !contains(requirement.values, label->second);
    case LabelSelector::Operator::greater_than:
    case LabelSelector::Operator::less_than:
      return present && compares(label->second, requirement);
  }
  return false;
}

}  // namespace

Result<LabelSelector> LabelSelector::parse(std::string_view text, std::string_view parameter) {
  SelectorParser parser(text, parameter);
  auto requirements = parser.parse();
  if (!requirements) return requirements.error();
  LabelSelector selector;
  selector.requirements_ = *std::move(requirements);
  std::ranges::sort(selector.requirements_, {}, [](const Requirement& requirement) {
    return std::tie(requirement.key, requirement.op, requirement.values);
  });
  return selector;
}

bool LabelSelector::matches(const Labels& labels) const {
  return std::ranges::all_of(requirements_,
                             [&](const Requirement& requirement) { return satisfies(labels, requirement); });
}

}  // namespace inferno::server
