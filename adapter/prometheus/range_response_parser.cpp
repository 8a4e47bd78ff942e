#include "adapter/prometheus/range_response_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "adapter/http_client/http_failure.hpp"
#include "adapter/prometheus/error_document.hpp"

namespace inferno::prometheus {

using http_client::first_line;

namespace {

// Whole text to double; nothing where it isn't one.
std::optional<double> to_double(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);  // Prometheus writes "+Inf"
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

const std::array<RangeResponseParser::Member, 11> RangeResponseParser::members = {
    Member{Place::series, "metric", Role::metric},          Member{Place::series, "values", Role::values},
    Member{Place::document, "status", Role::status},        Member{Place::document, "data", Role::data},
    Member{Place::document, "errorType", Role::error_type}, Member{Place::document, "error", Role::error},
    Member{Place::document, "warnings", Role::warnings},    Member{Place::document, "infos", Role::infos},
    Member{Place::document, "isPartial", Role::is_partial},  // VictoriaMetrics
    Member{Place::data, "resultType", Role::result_type},   Member{Place::data, "result", Role::result},
};

QueryResult<QueryReport> RangeResponseParser::finish() {
  const bool whole = json_.finish();
  if (!failure_.empty()) return QueryError{QueryErrorKind::malformed, failure_};
  if (!whole) {
    return QueryError{QueryErrorKind::malformed,
                      "not a whole JSON document: " + json_.error() + " at byte " + std::to_string(json_.position())};
  }
  if (status_ == "error") return error_from_document(error_type_, error_);
  if (status_ != "success") {
    return QueryError{QueryErrorKind::malformed, R"(expected "status" to be "success" or "error")"};
  }
  if (result_type_ != "matrix" || !has_result_) {
    return QueryError{QueryErrorKind::malformed, R"(expected "data" with "resultType" and "result")"};
  }
  return std::move(report_);
}

bool RangeResponseParser::on_key(std::string_view key) {
  if (skipped_depth_ > 0) return true;
  if (place_ == Place::metric) {
    label_text_ += key;
    labels_.push_back({key.size(), 0});
    return true;
  }
  const auto member = std::ranges::find_if(members, [&](const Member& m) { return m.place == place_ && m.key == key; });
  member_ = member == members.end() ? Role::unknown : member->role;
  return true;
}

RangeResponseParser::Role RangeResponseParser::role() const {
  if (skipped_depth_ > 0) return Role::unknown;
  switch (place_) {
    case Place::outside:
      return Role::document;
    case Place::result:
      return Role::series;
    case Place::metric:
      return Role::label;
    case Place::values:
      return Role::sample;
    case Place::sample:
      return sample_members_ == 0 ? Role::time : sample_members_ == 1 ? Role::sample_value : Role::excess;
    case Place::warnings:
      return Role::warning;
    case Place::infos:
      return Role::info;
    case Place::document:
    case Place::data:
    case Place::series:
      break;
  }
  return member_;
}

bool RangeResponseParser::on_object_begin() {
  switch (role()) {
    case Role::unknown:
      return skip();
    case Role::document:
      return enter(Place::document);
    case Role::data:
      return enter(Place::data);
    case Role::series:
      return begin_series();
    case Role::metric:
      return begin_metric();
    default:
      return unexpected("an object");
  }
}

bool RangeResponseParser::on_array_begin() {
  switch (role()) {
    case Role::unknown:
      return skip();
    case Role::warnings:
      return enter(Place::warnings);
    case Role::infos:
      return enter(Place::infos);
    case Role::result:
      has_result_ = true;
      return enter(Place::result);
    case Role::values:
      return enter(Place::values);
    case Role::sample:
      sample_members_ = 0;
      return enter(Place::sample);
    default:
      return unexpected("an array");
  }
}

bool RangeResponseParser::on_object_end() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return true;
  }
  if (place_ == Place::metric) return end_metric();
  if (place_ == Place::series) return end_series();
  return enter(place_ == Place::data ? Place::document : Place::outside);
}

bool RangeResponseParser::on_array_end() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return true;
  }
  if (place_ == Place::sample) return end_sample();
  if (place_ == Place::values) return enter(Place::series);
  return enter(place_ == Place::result ? Place::data : Place::document);
}

bool RangeResponseParser::on_string(std::string_view text) {
  switch (role()) {
    case Role::unknown:
      return true;
    case Role::sample_value:
      return read_value(text);
    case Role::label:
      label_text_ += text;
      labels_.back().value_size = text.size();
      return true;
    case Role::status:
      status_ = text;
      return true;
    case Role::error_type:
      error_type_ = text;
      return true;
    case Role::error:
      error_ = text;
      return true;
    case Role::warning:
      // Prometheus 2.48 to 2.53 puts its remarks on the expression among the warnings.
      (text.starts_with("PromQL info") ? report_.infos : report_.warnings).push_back(first_line(text));
      return true;
    case Role::info:
      report_.infos.push_back(first_line(text));
      return true;
    case Role::result_type:
      return read_result_type(text);
    default:
      return unexpected("a string");
  }
}

bool RangeResponseParser::on_number(std::string_view digits) {
  switch (role()) {
    case Role::unknown:
      return true;
    case Role::time:
      return read_time(digits);
    default:
      return unexpected("a number");
  }
}

bool RangeResponseParser::on_literal(JsonLiteral literal) {
  const bool is_null = literal == JsonLiteral::null;
  switch (role()) {
    case Role::unknown:
      return true;
    case Role::is_partial:
      if (literal == JsonLiteral::boolean_true) report_.warnings.emplace_back("the answer is marked as partial");
      return true;
    case Role::warnings:
    case Role::infos:
      return is_null || unexpected("a boolean");  // Go writes an empty list as null
    case Role::result:
      has_result_ = is_null;  // likewise; Google's service does
      return is_null || unexpected("a boolean");
    default:
      return unexpected(is_null ? "null" : "a boolean");
  }
}

bool RangeResponseParser::enter(Place place) {
  place_ = place;
  return true;
}

bool RangeResponseParser::skip() {
  ++skipped_depth_;
  return true;
}

bool RangeResponseParser::begin_series() {
  has_metric_ = false;
  samples_ = 0;
  return enter(Place::series);
}

bool RangeResponseParser::end_series() {
  if (!has_metric_) return fail("expected a metric in data.result[" + std::to_string(report_.series) + "]");
  ++report_.series;
  return enter(Place::result);
}

bool RangeResponseParser::begin_metric() {
  if (has_metric_) return fail("found a second " + location());
  label_text_.clear();
  labels_.clear();
  return enter(Place::metric);
}

bool RangeResponseParser::end_metric() {
  label_views_.clear();
  std::string_view rest = label_text_;
  for (const Label& label : labels_) {
    label_views_.emplace_back(rest.substr(0, label.name_size), rest.substr(label.name_size, label.value_size));
    rest.remove_prefix(label.name_size + label.value_size);
  }
  has_metric_ = true;
  visitor_.on_series(label_views_);
  for (const Sample& sample : samples_before_metric_) visitor_.on_sample(sample.time, sample.value);
  samples_before_metric_.clear();
  return enter(Place::series);
}

bool RangeResponseParser::end_sample() {
  if (sample_members_ != 2) return fail("expected [time, \"value\"] at " + location());
  ++samples_;
  if (std::isfinite(sample_.value)) {
    if (has_metric_) {
      visitor_.on_sample(sample_.time, sample_.value);
    } else {
      samples_before_metric_.push_back(sample_);
    }
  }
  return enter(Place::values);
}

bool RangeResponseParser::read_result_type(std::string_view text) {
  result_type_ = text;
  return text == "matrix" || fail("expected data.resultType to be matrix, found " + first_line(text));
}

bool RangeResponseParser::read_time(std::string_view digits) {
  constexpr double latest_seconds = 253'402'300'800;  // the year 10000
  const std::optional<double> seconds = to_double(digits);
  if (!seconds || std::abs(*seconds) > latest_seconds) return fail("expected a time in seconds at " + location());
  sample_.time = TimePoint{Duration{std::llround(*seconds * 1000)}};
  ++sample_members_;
  return true;
}

bool RangeResponseParser::read_value(std::string_view text) {
  const std::optional<double> value = to_double(text);
  if (!value) return fail("expected a number in quotes at " + location() + ", found " + first_line(text));
  sample_.value = *value;
  ++sample_members_;
  return true;
}

bool RangeResponseParser::unexpected(std::string_view found) {
  return fail("did not expect " + std::string(found) + " at " + location());
}

bool RangeResponseParser::fail(std::string message) {
  failure_ = std::move(message);
  return false;
}

std::string RangeResponseParser::location() const {
  const auto known = std::ranges::find(members, member_, &Member::role);
  const std::string_view member = known == members.end() ? "" : known->key;
  std::string series = "data.result[" + std::to_string(report_.series) + "]";
  switch (place_) {
    case Place::outside:
      return "the top of the document";
    case Place::document:
    case Place::warnings:
    case Place::infos:
      return std::string(member);
    case Place::data:
      return "data." + std::string(member);
    case Place::result:
      return series;
    case Place::series:
      return series + "." + std::string(member);
    case Place::metric:
      return series + ".metric";
    case Place::values:
    case Place::sample:
      break;
  }
  return series + ".values[" + std::to_string(samples_) + "]";
}

}  // namespace inferno::prometheus
