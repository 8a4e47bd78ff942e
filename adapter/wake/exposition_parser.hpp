// Reads the Prometheus text format (version 0.0.4) as it arrives, in pieces cut anywhere, and hands over the samples of
// some metrics. Lines of others are only looked at as far as it takes to see that they are others. No I/O.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::wake {

// Views are valid only during the call.
class SampleVisitor {
 public:
  virtual ~SampleVisitor() = default;
  // `metric`: its position among those that are wanted. `value` may be anything that the format allows: NaN, an
  // infinity, negative.
  virtual void on_sample(std::size_t metric, std::span<const prometheus::LabelView> labels, double value) = 0;
};

class ExpositionParser {
 public:
  static constexpr std::size_t max_line = std::size_t{1} << 16;  // bytes

  // The visitor must outlive the parser.
  ExpositionParser(std::vector<std::string> metrics, SampleVisitor& visitor)
      : metrics_(std::move(metrics)), visitor_(visitor) {}

  // False once the text is wrong; further calls change nothing.
  bool feed(std::string_view piece);
  // Tells that no more will come. False where the text is wrong.
  bool finish();

  // What is wrong, for a person: "line 7: expected = after a label's name".
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void take_line(std::string_view line);
  void take_sample(std::size_t metric, std::string_view rest);
  // Each takes what it reads off the front of `rest`; false: that is not there, and the line is wrong.
  bool read_labels(std::string_view& rest);
  bool read_label_value(std::string_view& rest, std::string& value);
  bool read_value(std::string_view& rest, double& value);
  bool fail(std::string_view message);

  std::vector<std::string> metrics_;
  SampleVisitor& visitor_;
  std::string cut_;  // the beginning of a line that is not whole yet
  std::size_t line_number_ = 0;
  std::vector<std::pair<std::string, std::string>> labels_;  // of the sample in progress
  std::string error_;
};

}  // namespace inferno::wake
