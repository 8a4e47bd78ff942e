// The body of an answer to /api/v1/query_range, read as it arrives and visited sample by sample. No I/O, no document in
// memory.
//
// Accepts a success document with a matrix, or an error document. Members it doesn't know are skipped, in any order,
// since newer servers add some; a member it knows must have the promised type. Format:
// https://prometheus.io/docs/prometheus/latest/querying/api/
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/json_push_parser.hpp"
#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {

class RangeResponseParser final : private JsonEvents {
 public:
  explicit RangeResponseParser(SeriesVisitor& visitor) : visitor_(visitor), json_(*this) {}

  // False once the body can't become an answer; finish tells why.
  bool feed(std::string_view chunk) { return json_.feed(chunk); }

  // The body is whole. The report's server_time and response_bytes are left to the caller.
  QueryResult<QueryReport> finish();

 private:
  // Where the text is.
  enum class Place : std::uint8_t { outside, document, data, result, series, metric, values, sample, warnings, infos };
  // What the value that stands or begins there is.
  enum class Role : std::uint8_t {
    unknown,  // of a member that is not known: skipped
    document,
    status,
    error_type,
    error,
    warnings,
    warning,
    infos,
    info,
    is_partial,
    data,
    result_type,
    result,
    series,
    metric,
    label,
    values,
    sample,
    time,
    sample_value,
    excess,  // a third member of a sample
  };
  struct Member {
    Place place;
    std::string_view key;
    Role role;
  };
  static const std::array<Member, 11> members;
  struct Sample {
    TimePoint time;
    double value = 0;
  };
  struct Label {
    std::size_t name_size = 0;
    std::size_t value_size = 0;
  };

  bool on_object_begin() override;
  bool on_object_end() override;
  bool on_array_begin() override;
  bool on_array_end() override;
  bool on_key(std::string_view key) override;
  bool on_string(std::string_view text) override;
  bool on_number(std::string_view digits) override;
  bool on_literal(JsonLiteral literal) override;

  bool enter(Place place);
  bool begin_series();
  bool end_series();
  bool begin_metric();
  bool end_metric();
  bool end_sample();
  bool read_result_type(std::string_view text);
  bool read_time(std::string_view digits);
  bool read_value(std::string_view text);

  [[nodiscard]] Role role() const;
  bool skip();
  bool unexpected(std::string_view found);
  bool fail(std::string message);
  [[nodiscard]] std::string location() const;  // "data.result[3].values[0]"

  SeriesVisitor& visitor_;
  JsonPushParser json_;
  std::string failure_;

  Place place_ = Place::outside;
  Role member_ = Role::unknown;    // of the newest key
  std::size_t skipped_depth_ = 0;  // containers open in a member that is not known

  std::string status_;
  std::string error_type_;
  std::string error_;
  std::string result_type_;
  bool has_result_ = false;
  QueryReport report_;

  // The series in progress.
  std::string label_text_;  // names and values of its labels, end to end
  std::vector<Label> labels_;
  std::vector<LabelView> label_views_;
  bool has_metric_ = false;
  std::vector<Sample> samples_before_metric_;  // JSON's members have no order
  std::size_t samples_ = 0;
  std::size_t sample_members_ = 0;
  Sample sample_;
};

}  // namespace inferno::prometheus
