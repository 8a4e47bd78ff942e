// Reads JSON (RFC 8259) as it arrives, in chunks cut anywhere, and reports it as events. Keeps nothing but the string
// or number that a chunk boundary cuts, so memory does not grow with the document. Strict: no comments, no trailing
// commas, valid UTF-8, one value.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferno {

enum class JsonLiteral : std::uint8_t { null, boolean_false, boolean_true };

// Views are valid only during the call. Returning false stops the parser for good; the receiver knows why.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual bool on_object_begin() = 0;
  virtual bool on_object_end() = 0;
  virtual bool on_array_begin() = 0;
  virtual bool on_array_end() = 0;
  virtual bool on_key(std::string_view key) = 0;
  virtual bool on_string(std::string_view text) = 0;
  virtual bool on_number(std::string_view digits) = 0;  // valid by the grammar, not converted
  virtual bool on_literal(JsonLiteral literal) = 0;
};

class JsonPushParser {
 public:
  static constexpr std::size_t max_depth = 64;
  static constexpr std::size_t max_token = std::size_t{1} << 20;  // bytes of one string or number

  explicit JsonPushParser(JsonEvents& events) : events_(events) {}

  // False once the text is wrong or the receiver has stopped it; further calls change nothing.
  bool feed(std::string_view chunk);
  // Tells that no more will come. False unless exactly one whole value has been read.
  bool finish();

  // What is wrong, for a person: "expected a comma or ]"; empty when the receiver stopped it.
  [[nodiscard]] const std::string& error() const { return error_; }
  // Bytes read so far; where it stopped, if it did.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  enum class State : std::uint8_t {
    value,
    first_element,  // after [
    first_key,      // after {
    key,            // after a comma in an object
    colon,
    after_value,
    string,
    escape,
    unicode_escape,
    number,
    literal,
    end,
    stopped,
  };

  // Each consumes some of `text` from `at`, or changes the state, and returns the position after what it consumed.
  std::size_t step(std::string_view text, std::size_t at);
  std::size_t read_string(std::string_view text, std::size_t at);
  std::size_t read_number(std::string_view text, std::size_t at);
  void read_structure(char c);
  void read_value(char c);
  void read_escape(char c);
  void read_unicode_escape(char c);
  void read_literal(char c);

  void begin_string(bool is_key);
  void end_string(std::string_view text);
  void end_number(std::string_view digits);
  void open(bool is_object);
  void close(bool is_object);
  void after(bool accepted);  // a value has been reported
  void append_code_point(std::uint32_t code_point);
  bool keep(std::string_view part);
  void fail(std::string message);

  JsonEvents& events_;
  std::string token_;  // the beginning of a string or number that is not whole yet
  std::string error_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  std::bitset<max_depth> is_object_;
  State state_ = State::value;
  bool string_is_key_ = false;
  bool not_ascii_ = false;           // the string in progress has bytes above 127
  std::uint32_t escape_digits_ = 0;  // of \uXXXX, read so far
  std::uint32_t code_unit_ = 0;
  std::uint32_t high_surrogate_ = 0;  // waits for its second half
  std::string_view literal_;          // rest of true, false, null
  JsonLiteral literal_value_ = JsonLiteral::null;
};

}  // namespace inferno
