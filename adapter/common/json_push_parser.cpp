#include "adapter/common/json_push_parser.hpp"

#include <simdjson.h>

#include <array>
#include <utility>

namespace inferno {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}
constexpr bool belongs_to_number(char c) {
  return is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
bool is_number(std::string_view text) {
  std::size_t at = 0;
  const auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto digits = [&] {
    const std::size_t begin = at;
    while (is_digit(peek())) ++at;
    return at > begin;
  };
  if (peek() == '-') ++at;
  if (peek() == '0') {
    ++at;
  } else if (!digits()) {
    return false;
  }
  if (peek() == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at;
    if (peek() == '+' || peek() == '-') ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

}  // namespace

bool JsonPushParser::feed(std::string_view chunk) {
  const std::size_t base = position_;
  std::size_t at = 0;
  while (at < chunk.size() && state_ != State::stopped) {
    at = step(chunk, at);
    position_ = base + at;
  }
  return state_ != State::stopped;
}

bool JsonPushParser::finish() {
  if (state_ == State::number && depth_ == 0) end_number({});  // only its end tells that a lone number is whole
  if (state_ != State::end && state_ != State::stopped) fail("it ends too early");
  return state_ == State::end;
}

std::size_t JsonPushParser::step(std::string_view text, std::size_t at) {
  switch (state_) {
    case State::string:
      return read_string(text, at);
    case State::number:
      return read_number(text, at);
    case State::escape:
      read_escape(text[at]);
      return at + 1;
    case State::unicode_escape:
      read_unicode_escape(text[at]);
      return at + 1;
    case State::literal:
      read_literal(text[at]);
      return at + 1;
    default:
      break;
  }
  const char c = text[at];
  if (is_space(c)) return at + 1;
  read_structure(c);
  // A number has no opening character of its own: leave its first one to read_number.
  return state_ == State::number ? at : at + 1;
}

void JsonPushParser::read_structure(char c) {
  switch (state_) {
    case State::first_element:
      if (c == ']') return close(false);
      return read_value(c);
    case State::value:
      return read_value(c);
    case State::first_key:
      if (c == '}') return close(true);
      [[fallthrough]];
    case State::key:
      if (c != '"') return fail("expected a key in quotes");
      return begin_string(true);
    case State::colon:
      if (c != ':') return fail("expected a colon");
      state_ = State::value;
      return;
    case State::after_value: {
      const bool in_object = is_object_[depth_ - 1];
      if (c == ',') {
        state_ = in_object ? State::key : State::value;
        return;
      }
      if (c != (in_object ? '}' : ']')) return fail(in_object ? "expected a comma or }" : "expected a comma or ]");
      return close(in_object);
    }
    default:
      return fail("text after the end of the document");
  }
}

void JsonPushParser::read_value(char c) {
  const auto begin_literal = [this](std::string_view rest, JsonLiteral value) {
    literal_ = rest;
    literal_value_ = value;
    state_ = State::literal;
  };
  switch (c) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      return begin_string(false);
    case 't':
      return begin_literal("rue", JsonLiteral::boolean_true);
    case 'f':
      return begin_literal("alse", JsonLiteral::boolean_false);
    case 'n':
      return begin_literal("ull", JsonLiteral::null);
    default:
      if (c != '-' && !is_digit(c)) return fail("expected a value");
      token_.clear();
      state_ = State::number;
  }
}

std::size_t JsonPushParser::read_string(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  unsigned char seen = 0;
  while (at < text.size() && text[at] != '"' && text[at] != '\\' && !is_control(text[at])) {
    seen |= static_cast<unsigned char>(text[at]);
    ++at;
  }
  not_ascii_ = not_ascii_ || seen >= 0x80;
  const std::string_view part = text.substr(begin, at - begin);
  // \uD83D must be followed at once by \uDE00 or the like.
  if (high_surrogate_ != 0 && (!part.empty() || (at < text.size() && text[at] != '\\'))) {
    fail("half of a surrogate pair");
    return at + 1;
  }
  if (at == text.size()) {
    keep(part);
    return at;
  }
  if (text[at] == '"') {
    if (token_.empty()) {
      end_string(part);
    } else if (keep(part)) {
      end_string(token_);
    }
  } else if (text[at] == '\\') {
    if (keep(part)) state_ = State::escape;
  } else {
    fail("a control character in a string");
  }
  return at + 1;
}

void JsonPushParser::read_escape(char c) {
  static constexpr std::string_view letters = "\"\\/bfnrt";
  static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (c == 'u') {
    escape_digits_ = 0;
    code_unit_ = 0;
    state_ = State::unicode_escape;
    return;
  }
  const std::size_t which = letters.find(c);
  if (which == std::string_view::npos) return fail("an unknown escape in a string");
  if (high_surrogate_ != 0) return fail("half of a surrogate pair");
  state_ = State::string;
  keep(meanings.substr(which, 1));
}

void JsonPushParser::read_unicode_escape(char c) {
  std::uint32_t digit = 0;
  if (is_digit(c)) {
    digit = static_cast<std::uint32_t>(c - '0');
  } else if (c >= 'a' && c <= 'f') {
    digit = static_cast<std::uint32_t>(c - 'a') + 10;
  } else if (c >= 'A' && c <= 'F') {
    digit = static_cast<std::uint32_t>(c - 'A') + 10;
  } else {
    return fail("expected four hexadecimal digits after \\u");
  }
  code_unit_ = code_unit_ * 16 + digit;
  if (++escape_digits_ < 4) return;

  state_ = State::string;
  const bool is_high = code_unit_ >= 0xD800 && code_unit_ < 0xDC00;
  const bool is_low = code_unit_ >= 0xDC00 && code_unit_ < 0xE000;
  if (is_low != (high_surrogate_ != 0)) return fail("half of a surrogate pair");
  if (is_high) {
    high_surrogate_ = code_unit_;
  } else if (is_low) {
    const std::uint32_t high = std::exchange(high_surrogate_, 0);
    append_code_point(0x10000 + ((high - 0xD800) << 10U) + (code_unit_ - 0xDC00));
  } else {
    append_code_point(code_unit_);
  }
}

std::size_t JsonPushParser::read_number(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while (at < text.size() && belongs_to_number(text[at])) ++at;
  const std::string_view part = text.substr(begin, at - begin);
  if (at == text.size()) {
    keep(part);
  } else {
    end_number(part);
  }
  return at;
}

void JsonPushParser::read_literal(char c) {
  if (c != literal_.front()) return fail("expected a value");
  literal_.remove_prefix(1);
  if (literal_.empty()) after(events_.on_literal(literal_value_));
}

void JsonPushParser::begin_string(bool is_key) {
  token_.clear();
  string_is_key_ = is_key;
  not_ascii_ = false;
  state_ = State::string;
}

void JsonPushParser::end_string(std::string_view text) {
  if (not_ascii_ && !simdjson::validate_utf8(text.data(), text.size())) return fail("a string that is not UTF-8");
  if (!string_is_key_) return after(events_.on_string(text));
  state_ = events_.on_key(text) ? State::colon : State::stopped;
}

void JsonPushParser::end_number(std::string_view digits) {
  if (!token_.empty()) {
    if (!keep(digits)) return;
    digits = token_;
  }
  if (!is_number(digits)) return fail("a malformed number");
  after(events_.on_number(digits));
}

void JsonPushParser::open(bool is_object) {
  if (depth_ == max_depth) return fail("nested deeper than 64 levels");
  is_object_[depth_++] = is_object;
  const bool accepted = is_object ? events_.on_object_begin() : events_.on_array_begin();
  state_ = !accepted ? State::stopped : is_object ? State::first_key : State::first_element;
}

void JsonPushParser::close(bool is_object) {
  --depth_;
  after(is_object ? events_.on_object_end() : events_.on_array_end());
}

void JsonPushParser::after(bool accepted) {
  state_ = !accepted ? State::stopped : depth_ == 0 ? State::end : State::after_value;
}

void JsonPushParser::append_code_point(std::uint32_t code_point) {
  std::array<char, 4> bytes{};
  std::size_t size = 0;
  const auto put = [&](std::uint32_t byte) { bytes.at(size++) = static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6U));
    put(0x80 | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12U));
    put(0x80 | ((code_point >> 6U) & 0x3FU));
    put(0x80 | (code_point & 0x3FU));
  } else {
    put(0xF0 | (code_point >> 18U));
    put(0x80 | ((code_point >> 12U) & 0x3FU));
    put(0x80 | ((code_point >> 6U) & 0x3FU));
    put(0x80 | (code_point & 0x3FU));
  }
  keep({bytes.data(), size});
}

bool JsonPushParser::keep(std::string_view part) {
  if (token_.size() + part.size() > max_token) {
    fail("a string or number of more than 1 MiB");
    return false;
  }
  token_ += part;
  return true;
}

void JsonPushParser::fail(std::string message) {
  error_ = std::move(message);
  state_ = State::stopped;
}

}  // namespace inferno
