#include "adapter/wake/exposition_parser.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace inferno::wake {
namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

std::string_view take_name(std::string_view& rest) {
  if (rest.empty() || !is_name_start(rest.front())) return {};
  const auto end = std::ranges::find_if_not(rest, is_name_part);
  const std::string_view name(rest.begin(), end);
  rest.remove_prefix(name.size());
  return name;
}

}  // namespace

bool ExpositionParser::feed(std::string_view piece) {
  while (!piece.empty() && error_.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (cut_.size() + part.size() > max_line) {
      ++line_number_;
      return fail(fmt::format("is longer than {} bytes", max_line));
    }
    if (end == std::string_view::npos) {
      cut_ += part;
      return true;
    }
    if (cut_.empty()) {
      take_line(part);
    } else {
      cut_ += part;
      take_line(cut_);
      cut_.clear();
    }
    piece.remove_prefix(end + 1);
  }
  return error_.empty();
}

bool ExpositionParser::finish() {
  if (error_.empty() && !cut_.empty()) take_line(cut_);
  cut_.clear();
  return error_.empty();
}

void ExpositionParser::take_line(std::string_view line) {
  ++line_number_;
  skip_blanks(line);
  if (line.empty() || line.front() == '#') return;
  const std::string_view name = take_name(line);
  if (name.empty()) {
    // A page for people rather than metrics, for one.
    fail("expected a metric's name or a comment");
    return;
  }
  const auto wanted = std::ranges::find(metrics_, name);
  if (wanted != metrics_.end()) take_sample(static_cast<std::size_t>(wanted - metrics_.begin()), line);
}

void ExpositionParser::take_sample(std::size_t metric, std::string_view rest) {
  skip_blanks(rest);
  labels_.clear();
  if (take(rest, '{') && !read_labels(rest)) return;
  skip_blanks(rest);
  double value = 0;
  if (!read_value(rest, value)) return;
  std::vector<prometheus::LabelView> labels;
  labels.reserve(labels_.size());
  for (const auto& [label, text] : labels_) labels.emplace_back(label, text);
  visitor_.on_sample(metric, labels, value);
}

bool ExpositionParser::read_labels(std::string_view& rest) {
  for (;;) {
    skip_blanks(rest);
    if (take(rest, '}')) return true;
    const std::string_view name = take_name(rest);
    if (name.empty()) return fail("expected a label's name or }");
    skip_blanks(rest);
    if (!take(rest, '=')) return fail("expected = after a label's name");
    skip_blanks(rest);
    auto& [label, value] = labels_.emplace_back(name, std::string());
    if (!read_label_value(rest, value)) return false;
    skip_blanks(rest);
    if (!take(rest, ',') && !rest.starts_with('}')) return fail("expected a comma or } after a label");
  }
}

bool ExpositionParser::read_label_value(std::string_view& rest, std::string& value) {
  if (!take(rest, '"')) return fail("expected a label's value in quotes");
  for (;;) {
    const std::size_t end = rest.find_first_of("\"\\");
    if (end == std::string_view::npos) return fail("a label's value does not end");
    value += rest.substr(0, end);
    rest.remove_prefix(end);
    if (take(rest, '"')) return true;
    rest.remove_prefix(1);
    if (take(rest, 'n')) {
      value += '\n';
    } else if (rest.starts_with('\\') || rest.starts_with('"')) {
      value += rest.front();
      rest.remove_prefix(1);
    } else {
      value += '\\';  // as Prometheus reads it
    }
  }
}

// The value and, after it, perhaps a timestamp, which tells nothing here.
bool ExpositionParser::read_value(std::string_view& rest, double& value) {
  const auto take_word = [&rest] {
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    skip_blanks(rest);
    return word;
  };
  std::string_view number = take_word();
  if (number.starts_with('+') && !number.starts_with("+-")) number.remove_prefix(1);
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (number.empty() || parsed.ec == std::errc::invalid_argument || parsed.ptr != number.data() + number.size())
    return fail("expected a number");
  if (parsed.ec != std::errc{}) return fail("a number is out of range");
  if (rest.empty()) return true;
  const std::string_view timestamp = take_word();
  std::int64_t milliseconds = 0;
  const auto time = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), milliseconds);
  if (time.ec != std::errc{} || time.ptr != timestamp.data() + timestamp.size() || !rest.empty())
    return fail("expected a timestamp or the end of the line after the value");
  return true;
}

bool ExpositionParser::fail(std::string_view message) {
  error_ = fmt::format("line {}: {}", line_number_, message);
  return false;
}

}  // namespace inferno::wake
