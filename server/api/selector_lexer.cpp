#include "server/api/selector_lexer.hpp"

#include <algorithm>

namespace inferno::server {
namespace {

constexpr std::string_view whitespace = " \t\r\n";
constexpr std::string_view word_ends = " \t\r\n=!(),><";

}  // namespace

SelectorToken SelectorLexer::take(SelectorToken::Kind kind, std::size_t length) {
  const SelectorToken token{kind, text_.substr(position_, length), position_};
  position_ += length;
  return token;
}

SelectorToken SelectorLexer::next() {
  using enum SelectorToken::Kind;
  position_ = std::min(text_.find_first_not_of(whitespace, position_), text_.size());
  if (position_ == text_.size()) return {end, {}, position_};
  const bool equals_follows = position_ + 1 < text_.size() && text_[position_ + 1] == '=';
  switch (text_[position_]) {
    case '=':
      return equals_follows ? take(double_equals, 2) : take(equals, 1);
    case '!':
      return equals_follows ? take(not_equals, 2) : take(exclamation, 1);
    case '>':
      return take(greater_than, 1);
    case '<':
      return take(less_than, 1);
    case '(':
      return take(open, 1);
    case ')':
      return take(close, 1);
    case ',':
      return take(comma, 1);
    default:
      return take(word, std::min(text_.find_first_of(word_ends, position_), text_.size()) - position_);
  }
}

}  // namespace inferno::server
