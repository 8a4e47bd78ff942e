// Recursive descent over a label selector; LabelSelector::parse is its only user. Pure.
//
//   selector    = [ requirement *( "," requirement ) ]
//   requirement = [ "!" ] key | key ( "in" | "notin" ) "(" values ")" | key ( "=" | "==" | "!=" ) [ value ] | key ( ">"
//   | "<" ) integer values      = [ value ] *( "," [ value ] )
//
// Source of the rules, and of what is accepted: the Parser of k8s.io/apimachinery/pkg/labels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/api/selector.hpp"
#include "server/api/selector_lexer.hpp"

namespace inferno::server {

class SelectorParser {
 public:
  // `parameter` and `text` must outlive the parser.
  SelectorParser(std::string_view text, std::string_view parameter);

  Result<std::vector<LabelSelector::Requirement>> parse();

 private:
  using Requirement = LabelSelector::Requirement;

  Result<Requirement> parse_requirement();
  Result<LabelSelector::Operator> parse_operator();
  Result<std::vector<std::string>> parse_value_set();
  Result<std::string> parse_value();
  Result<std::vector<std::string>> parse_single_value(LabelSelector::Operator op);

  [[nodiscard]] bool at(SelectorToken::Kind kind) const { return token_.kind == kind; }
  SelectorToken advance();
  [[nodiscard]] ApiError expected(std::string_view what) const;
  [[nodiscard]] ApiError fault(const SelectorToken& where, std::string_view why) const;
  [[nodiscard]] ApiError error(std::string_view message) const;

  std::string_view text_;
  std::string_view parameter_;
  SelectorLexer lexer_;
  SelectorToken token_;  // the one to look at next
};

}  // namespace inferno::server
