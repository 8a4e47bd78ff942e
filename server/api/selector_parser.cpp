#include "server/api/selector_parser.hpp"

#include <algorithm>
#include <utility>

#include "server/api/integer_text.hpp"
#include "server/api/label_syntax.hpp"

namespace inferno::server {

using Kind = SelectorToken::Kind;
using Operator = LabelSelector::Operator;

SelectorParser::SelectorParser(std::string_view text, std::string_view parameter)
    : text_(text), parameter_(parameter), lexer_(text), token_(lexer_.next()) {}

SelectorToken SelectorParser::advance() {
  return std::exchange(token_, lexer_.next());
}

ApiError SelectorParser::error(std::string_view message) const {
  ApiError error;
  error.reason = ErrorReason::bad_request;
  error.message =
      std::string(parameter_) + " \"" + std::string(text_) + "\" is not a label selector: " + std::string(message);
  error.causes.emplace_back(parameter_, message);
  return error;
}

ApiError SelectorParser::expected(std::string_view what) const {
  const std::string found = at(Kind::end) ? "its end" : "'" + std::string(token_.text) + "'";
  return error("at character " + std::to_string(token_.position + 1) + " found " + found + ", expected " +
               std::string(what));
}

ApiError SelectorParser::fault(const SelectorToken& where, std::string_view why) const {
  return error("at character " + std::to_string(where.position + 1) + ", '" + std::string(where.text) +
               "': " + std::string(why));
}

Result<std::vector<LabelSelector::Requirement>> SelectorParser::parse() {
  std::vector<Requirement> requirements;
  if (at(Kind::end)) return requirements;
  while (true) {
    auto requirement = parse_requirement();
    if (!requirement) return requirement.error();
    requirements.push_back(*std::move(requirement));
    if (at(Kind::end)) return requirements;
    if (!at(Kind::comma)) return expected("',' or the end");
    advance();
  }
}

Result<LabelSelector::Requirement> SelectorParser::parse_requirement() {
  Requirement requirement;
  const bool negated = at(Kind::exclamation);
  if (negated) advance();
  if (!at(Kind::word)) return expected(negated ? "a label key" : "a label key or '!'");
  const SelectorToken key = advance();
  if (const auto why = label_key_fault(key.text)) return fault(key, *why);
  requirement.key = key.text;

  if (negated || at(Kind::end) || at(Kind::comma)) {
    requirement.op = negated ? Operator::does_not_exist : Operator::exists;
    return requirement;
  }
  const auto op = parse_operator();
  if (!op) return op.error();
  requirement.op = *op;
  const bool takes_set = *op == Operator::in || *op == Operator::not_in;
  auto values = takes_set ? parse_value_set() : parse_single_value(*op);
  if (!values) return values.error();
  requirement.values = *std::move(values);
  return requirement;
}

Result<LabelSelector::Operator> SelectorParser::parse_operator() {
  Operator op = Operator::equals;
  switch (token_.kind) {
    case Kind::equals:
    case Kind::double_equals:
      break;
    case Kind::not_equals:
      op = Operator::not_equals;
      break;
    case Kind::greater_than:
      op = Operator::greater_than;
      break;
    case Kind::less_than:
      op = Operator::less_than;
      break;
    default:
      if (token_.text != "in" && token_.text != "notin") return expected("one of =, ==, !=, in, notin, >, <");
      op = token_.text == "in" ? Operator::in : Operator::not_in;
  }
  advance();
  return op;
}

// An absent value is the empty string.
Result<std::string> SelectorParser::parse_value() {
  if (!at(Kind::word)) return std::string();
  const SelectorToken value = advance();
  if (const auto why = label_value_fault(value.text)) return fault(value, *why);
  return std::string(value.text);
}

Result<std::vector<std::string>> SelectorParser::parse_value_set() {
  if (!at(Kind::open)) return expected("'('");
  std::vector<std::string> values;
  do {
    advance();
    auto value = parse_value();
    if (!value) return value.error();
    values.push_back(*std::move(value));
  } while (at(Kind::comma));
  if (!at(Kind::close)) return expected(values.back().empty() ? "',', ')' or a value" : "',' or ')'");
  advance();
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
  return values;
}

Result<std::vector<std::string>> SelectorParser::parse_single_value(Operator op) {
  const bool compares = op == Operator::greater_than || op == Operator::less_than;
  const bool absent = at(Kind::comma) || at(Kind::end);
  if (compares && absent) return expected("a 64 bit integer");
  if (!at(Kind::word) && !absent) return expected("a value");
  const SelectorToken where = token_;
  auto value = parse_value();
  if (!value) return value.error();
  if (compares && !to_integer(*value)) return fault(where, "'>' and '<' compare with a 64 bit integer");
  std::vector<std::string> values;
  values.push_back(*std::move(value));
  return values;
}

}  // namespace inferno::server
