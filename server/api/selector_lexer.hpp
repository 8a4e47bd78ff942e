// Splits a label selector into tokens. Pure. Source of the rules: the Lexer of k8s.io/apimachinery/pkg/labels.
#pragma once

#include <cstddef>
#include <string_view>

namespace inferno::server {

struct SelectorToken {
  enum class Kind {
    end,
    word,  // a key or a value; `in` and `notin` are words, which only the place of an operator makes operators
    exclamation,
    equals,
    double_equals,
    not_equals,
    greater_than,
    less_than,
    open,
    close,
    comma,
  };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t position = 0;  // of its first byte in the selector, from 0
};

class SelectorLexer {
 public:
  // `text` must outlive the lexer and its tokens.
  explicit SelectorLexer(std::string_view text) : text_(text) {}

  // After the last token: `end`, again and again.
  SelectorToken next();

 private:
  SelectorToken take(SelectorToken::Kind kind, std::size_t length);

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace inferno::server
