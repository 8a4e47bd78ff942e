// Label selectors in Kubernetes' string form: equality (`a=b`, `a==b`, `a!=b`) and set based (`a in (x,y)`, `a notin
// (x)`, `a`, `!a`). Source of the grammar: k8s.io/apimachinery/pkg/labels. Immutable after parsing; safe to share
// between threads.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/error.hpp"

namespace inferno::server {

using Labels = std::map<std::string, std::string, std::less<>>;

class LabelSelector {
 public:
  // The empty selector matches everything.
  LabelSelector() = default;

  // `parameter` names the query parameter in the error's message ("labelSelector", "metricLabelSelector").
  static Result<LabelSelector> parse(std::string_view text, std::string_view parameter);

  [[nodiscard]] bool matches(const Labels& labels) const;
  [[nodiscard]] bool empty() const { return requirements_.empty(); }

  enum class Operator { equals, not_equals, in, not_in, exists, does_not_exist, greater_than, less_than };
  struct Requirement {
    std::string key;
    Operator op = Operator::exists;
    std::vector<std::string> values;  // sorted
  };
  // All must hold. Sorted by key, so that equal selectors have equal requirements in whatever order they were written.
  [[nodiscard]] const std::vector<Requirement>& requirements() const { return requirements_; }

 private:
  std::vector<Requirement> requirements_;
};

}  // namespace inferno::server
